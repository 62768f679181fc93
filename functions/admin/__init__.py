"""The officers' page (`admin`): Flask, Jinja and htmx; every route closed unless listed as open.

entrance.py       the application: what it needs, its routes, its error pages
rules.py          routes, as the areas of the page name them
language.py       Vietnamese, and English for whoever chooses it
compression.py    stylesheets and scripts travel compressed
places.py         the areas, as the header lists them to whoever may enter
fields.py         what a field of a form may hold, of any package
forms.py          what the forms of acts may hold
presentation.py   labels, dates and waiting times as officers read them
problems.py       error pages, and the one map from our errors to statuses
door/             who comes in, and what for: everything before a view
desk/             the desk: queues, lists, and a report with all that was sent, done and told
acts/             everything an officer does with a report
records/          what looks over many reports at once, and over who looked
people/           who a reporter is, and what officers may do
organisation/     the units, who works in them, and who is on duty
connections/      the pages' connections to Zalo ("Kết nối trang")
templates/        a fragment file has two deliveries: inside its page, or alone to htmx
assets/           our stylesheets, scripts and icon; what others wrote comes from its package
translations/     the English of every sentence (`make translations`)
"""
