"""The officers' page (`admin`): Flask, Jinja and htmx; every route closed unless listed as open.

entrance.py      the application: what it needs, its routes, its error pages
guards.py        who comes in, from where, and the headers of every answer
proxy.py         the signature of a proxy that stands before the page, where there is one
sign_in.py       OpenID Connect, code flow
arrivals.py      the pages of signing in and out
sessions.py      who is signed in: kept on the server, known to the browser by a random id
access.py        what each route demands
rules.py         routes, as the areas of the page name them
language.py      Vietnamese, and English for whoever chooses it
compression.py   stylesheets and scripts travel compressed
places.py        the areas, as the header lists them to whoever may enter
desk.py          the desk: queues and counts, the list, one report
views.py         which part of the open list somebody looks at
visibility.py    the one question before any report: is it this officer's to see?
presences.py     who is looking at a report just now
media.py         previews for whoever sees the report; originals opened by a form
connecting.py    the views of "Kết nối trang", for administrators
consents.py      a consent under way at Zalo: kept for ten minutes, used once
connections.py   how a page's connection stands, in words
files.py         originals and previews, streamed from their bucket
acts.py          the views of the acts in a report
repertoire.py    the acts: the form of each, what it changes, how it is told
offers.py        which acts an officer may do, and is offered
column.py        what the column of acts shows beside a report
forms.py         what the forms of acts may hold
cases.py         the use case of every act: one commit, once, on the report that was seen
deeds.py         what each act changes beside the report, put together from these:
sources.py       what acts read, and who carries them out
handling.py      who works a report, in which unit, for how long
deciding.py      how it ends and is taken up again
writing.py       words for colleagues, for the reporter, for a superior first
relating.py      links, duplicates, parts, and blocking a reporter
drafts.py        words that are not sent yet
texts.py         canned texts, and
replies.py       the page on which they are written
entering.py      reports that came another way than through Zalo
bulk.py          one act on many reports: seen first, done, taken back
timeline.py      what was sent, written, done and told, in one order
details.py       whether a report is actionable, and its clock
tiles.py         attachments as they are shown
presentation.py  labels, dates and waiting times as officers read them
audit_words.py   how officers read the words of the audit chain
scopes.py        whose reports are looked over, and of which days
finding.py       the search over all reports
mapping.py       the map of open reports; Leaflet comes from its package
register.py      the register book ("Sổ theo dõi")
exports.py       the book as a file
disclosing.py    the views of opening an identity: asked, approved, shown once
identities.py    its use cases; the vault itself is read by another function
permissions.py   what each role may do, as it is in force
logs.py          who looked at what: kept with every look
auditing.py      the views of the logs
organising.py    the views of the units: the tree, one unit, what changes it
reorganising.py  what the forms of a reorganisation hold, and what each would change
staffing.py      the views of the officers: roles given and taken, accounts closed
sheets.py        units, pages and officers as files: a dry run first
changes.py       what was changed in all of these: kept with every change
rostering.py     the views of a duty roster by the week
relieving.py     the views of handing a shift over
handovers.py     the list that goes with a shift
duty.py          what rosters and hand-overs share
problems.py      error pages, and the one map from our errors to statuses
templates/       a fragment file has two deliveries: inside its page, or alone to htmx
assets/          our stylesheet, script and icon; htmx comes from its package
"""
