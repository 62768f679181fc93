"""The pages' connections to Zalo ("Kết nối trang").

connecting.py   the views of "Kết nối trang", for administrators
consents.py     a consent under way at Zalo: kept for ten minutes, used once
connections.py  how a page's connection stands, in words
"""
