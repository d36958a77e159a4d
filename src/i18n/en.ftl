error-prefix = Error:
skip = Skip to main content
other-language = Tiếng Việt
sign-out = Sign out
portal-title = Your applications
account-title = Account
back-to-app = Back to { $app }
go-to-portal = To your applications
sign-in-again = Sign in again

sign-in-title = Sign in
sign-in-to = Sign in to { $app }
sign-in-by = Education sector account
sign-in-name = Sector ID
sign-in-name-hint = Issued by the Ministry of Education, usually 10 digits. Not your citizen number.
sign-in-password = Password
sign-in-show = Show
sign-in-hide = Hide
sign-in-own-device = This is my own device
sign-in-own-device-hint = Leave it unticked in a computer room or on somebody else’s device.
sign-in-submit = Sign in
sign-in-forgot = Forgotten password?
sign-in-activate = Activate an account
sign-in-wrong = The sector ID or the password is not right. Turn off Vietnamese typing and try again.
sign-in-help = Still not in? The account may not be activated yet, or be suspended: ask a teacher or your school.
sign-in-short-id = That is { $digits } digits; 10 are needed.
sign-in-mangled = The password holds Vietnamese letters. The keyboard may have changed it: turn off Unikey/Telex and type it again.
sign-in-missing = Enter your sector ID and your password.
sign-in-slow = There were many tries. Try again in
sign-in-closed = There were too many tries. On this device, ask your teacher or school for a new activation code.
sign-in-busy = Very many people are signing in. Try again in a few seconds.
sign-in-again-why = { $app } needs your password again.
sign-in-somebody-else = { $app } expects somebody else. Sign in with that person’s account.
sign-in-expired = The page was open for too long. Enter it again.
client-policy = Privacy policy
client-terms = Terms

choose-title = Choose an account
choose-lead = With which account do you want to go to { $app }?
choose-continue = Continue as { $name }
choose-other = Not you? Sign out and change person
consent-title = Sharing
consent-lead = { $app } wants to know this about you:
consent-allow = Allow
consent-deny = Do not allow
logout-title = Sign out
logout-lead = Sign out of every application on this device?
logout-board-lead = Close { $name }? Only that board is signed out.
logout-board-done = The board is closed.
logout-stay = Stay
logout-done-title = Signed out
logout-done = The device is ready for the next person.
logout-app-done = Signed out
logout-app-told = Told in this browser
logout-app-open = May still be open
logout-close-browser = An application may still be open. Close the browser before you leave this device.
logout-told-here = An application was told in this browser and cannot confirm. Close the browser before you leave a shared device.
logout-continue = Continue

portal-lead = Hello, { $name }
portal-not-you = Not you?
portal-act-as = You act as:
portal-search = Find an application
portal-empty = There is no application for you yet. Ask your school.

account-official = Official data
account-official-hint = Kept by your school. If something is wrong, tell the school office.
account-name = Name
account-id = Sector ID
account-role = Role
account-password = Change password
account-sessions = Where you are signed in
account-this = This device
account-since = Since { $when }
account-end = End
account-shared = Shared device
account-own = Own device
account-apps = Applications you went to
account-no-apps = None yet.

role-student = Pupil
role-teacher = Teacher
role-staff = Staff
role-principal = School management
role-guardian = Guardian
yes = Yes
no = No
language-vi = Vietnamese
language-en = English
claim-name = Name
claim-family-name = Family name
claim-middle-name = Middle name
claim-given-name = Given name
claim-nickname = Nickname
claim-preferred-username = User name
claim-profile = Profile page
claim-picture = Picture
claim-website = Website
claim-zoneinfo = Time zone
claim-gender = Gender
claim-birthdate = Date of birth
claim-sector-id = Sector ID
claim-citizen-id = Citizen number
claim-address = Address
claim-context = Role
claim-contexts = All roles
claim-grade = Grade { $grade }
claim-classes = Classes
claim-email = E-mail
claim-email-verified = E-mail verified
claim-phone = Telephone
claim-phone-verified = Telephone verified
claim-locale = Language
claim-updated-at = Last updated
claim-affiliation = Kind of user (eduPerson)
claim-scoped-affiliation = Kind of user at a school (eduPerson)
claim-home-organization = Home organisation
claim-unique-code = Personal code (SCHAC)

password-title = Change password
password-forced = Choose a new password before you go on.
password-current = Current password
password-new = New password
password-rule = At least { $least } characters. No special characters needed.
password-save = Save password
password-saved = The password is changed. Other devices were signed out.
password-current-wrong = The current password is not right.
password-too-short = This password is too short.
password-too-long = The password is longer than 256 characters.
password-common = This password is too easy to guess. Choose another.
password-personal = The password must not hold your name, ID, school or date of birth.
password-same = Choose a password other than the old one.
password-accents = The password holds Vietnamese letters: the keyboard may have changed it, and it is hard to type elsewhere. Turn off Vietnamese typing and type it again; if you meant it, just type it again as it was.

activate-title = Activate an account
activate-lead = Enter the sector ID and the code you were given, to choose a password.
activate-code = Activation code
activate-code-hint = From the printed slip, such as BCFG-HJKL-MNPQR, or the six digits your teacher just read out. Capitals do not matter.
activate-next = Continue
activate-wrong = The sector ID or the activation code is not right, or the code has expired. Look at the slip again or ask your school.
activate-missing = Enter the sector ID and the activation code.
activate-mangled = The code holds Vietnamese letters. The keyboard may have changed it: turn off Unikey/Telex and type it again.
activate-letter = No code has “{ $letter }”. Compare each letter with the slip.
activate-length = A code on a slip has 13 letters, one read out by a teacher has 6 digits. You entered { $count }.
activate-mistyped = One letter was mistyped. Compare each letter with the slip.
activate-expired = The page was open for too long, or the code was used. If you have a password, sign in; if not, enter the code again.
activate-not-me = No, enter it again
activate-yes = Yes, continue
recover-title = Forgotten password
recover-staff = Ask your school’s administrator for a code to choose a new password.
recover-have-code = I have a code

form-post-title = Going to the application
form-post-button = Continue

op-error-title = Cannot go on
op-error-code = Support code:
op-error-not-found = There is no such page. The address may be mistyped or old.
op-error-first = This link is not right, has expired or was used. If the sector has no administrator yet, make a new one with phuong init --link.
op-error-method = This page does not take that kind of request.
op-error-client = The application that led here is not registered or is turned off. Tell whoever runs the application.
op-error-redirect = The application sent a return address that is not registered. Tell whoever runs the application.
op-error-request = The application sent a wrong request. Go back and try again.
op-error-gone = The request has expired. Go back to the application and sign in again.
op-error-forged = The page is old or was sent from elsewhere. Go back, reload the page and try again.
op-error-busy = The server is busy. Try again in a few seconds.
op-error-fault = Something went wrong on our side. Try again; if it goes on, tell this support code.
policy-title = Privacy
policy-text = Accounts are kept by the department of education and the schools. Each application gets only what the department approved for it, under an identifier of its own, so that applications cannot join your records.
terms-title = Terms of use
terms-text = The account is yours alone. Let nobody use your password, and sign out when you are done on a shared device.
developer-title = For developers
developer-text = Applications find every address through the discovery document:

error-look-at = Look at:
nav-label = Your account
search = Search
sign-in-slow-seconds = seconds.
choose-another = Use another account
choose-forget = Sign out and remove every account from this device
choose-password = needs the password
consent-hint = The application gets only what stands above. You can look it up on your account page.
portal-empty-look = Look at your account
portal-no-match = No application matches. Try fewer words.
portal-all = Show all
form-post-lead = If nothing happens, press the button below.
op-error-code-hint = Read this code to your school when you need help.

account-unknown-device = Another browser
account-apps-hint = Press an application’s name to see what it was told about you.
account-activity = Recent activity
person-trail = See everything in the audit trail
account-no-activity = Nothing yet.
deed-signed-in = Signed in
deed-failed = Somebody entered a wrong password several times
deed-signed-out = Signed out
deed-activated = Account activated
deed-password-changed = Password changed
deed-code-issued = A code for a new password was issued
deed-suspended = The account was suspended
deed-resumed = The account was resumed
deed-disowned = Said “That was not me” and closed the password
account-not-me = That was not me
account-withdraw = Take back what I agreed to
not-me-title = That was not me
not-me-lead = Is there a sign-in or a change that was not yours? Somebody else may know the password.
not-me-know-title = If you know the current password
not-me-know = Changing it is enough: every other device is signed out at once.
not-me-lock-title = If you cannot change it, or want to be sure
not-me-lock = Close the password and sign out everywhere, here too. After that, a new code from a teacher or the school is needed to choose a password.
not-me-submit = Close the password, sign out everywhere
not-me-back = Back
disowned-title = The password is closed
disowned = Every device and every application was signed out. The old password opens nothing any more.
disowned-next = Ask a teacher or the school for a code to choose a new password.

activate-step = Step { $step } of 3
activate-is-it-you = Is this you?
activate-is-it-you-staff = Is this you?
activate-is-it-you-anybody = Is this the right name?
activate-have-account = I have a password
activate-choose-password = Choose a password
activate-password-lead = Choose one that is easy for you to remember and hard for others to guess.
activate-done-title = The account is ready
activate-done = Welcome, { $name }! From now on, sign in with your sector ID and the password you just chose.
activate-done-before = The password was set when it was sent before. If the two differ, the earlier one is right.
activate-start = Sign in
recover-lead = No e-mail or telephone is needed, only a new code.
recover-pupil-title = Pupils
recover-pupil-ask = Ask your homeroom teacher for a new code.
recover-pupil-code = Enter your sector ID and that code. It works once.
recover-pupil-choose = Choose a new password.
recover-staff-title = Teachers and staff
recover-back = Back to signing in

console-title = Administration
console-nav = Administration
console-home = Overview
part-people = People
part-lists = Lists
part-year = School year
part-management = Management
console-schools = Schools
console-empty = There is nobody yet. Import a list that a school sent:
home-counting = People are being counted for the first time. Open the page again in a minute.
home-counted = Counted at { $at }, every few minutes. Whoever is at two schools counts at both.
home-pupils = Pupils
home-staff = Staff
home-todo = What is waiting
home-nothing = Nothing is waiting.
home-import = Last import
home-no-rollover = Nothing is drafted for the next school year
home-waiting = Not activated, by class
home-all-activated = Every pupil is activated.
home-lowest = Schools with the fewest activated
home-not-yet = { $n ->
    [one] { $count } not activated
   *[other] { $count } not activated
 }
todo-leaving = { $n ->
    [one] { $count } request for a pupil of yours waits for your consent
   *[other] { $count } requests for pupils of yours wait for your consent
 }
todo-coming = { $n ->
    [one] { $count } request of yours waits for another school
   *[other] { $count } requests of yours wait for another school
 }
todo-review = { $n ->
    [one] { $count } import waits for you to look it over
   *[other] { $count } imports wait for you to look them over
 }
todo-running = { $n ->
    [one] { $count } import is running
   *[other] { $count } imports are running
 }
todo-unadministered = { $n ->
    [one] { $count } school has no administrator
   *[other] { $count } schools have no administrator
 }
todo-temporary = { $n ->
    [one] { $count } person has no sector ID yet
   *[other] { $count } people have no sector ID yet
 }
todo-suspended = { $n ->
    [one] { $count } account is suspended
   *[other] { $count } accounts are suspended
 }
schools-title = Schools
schools-search = Name or code
schools-search-hint = Some words of the name, with or without accents; or the whole code.
schools-status = Status
schools-open = Open
schools-closed = Closed
schools-is-closed = Closed
schools-administrators = Administrators
schools-none = None yet
schools-activated = Activated
schools-any-share = Any share
schools-below = Below { $share } %
schools-none-match = No school matches. Try fewer words, or clear the filters.
schools-no-schools = There is no school within your reach yet. Import a list of schools:
schools-code = Code
schools-levels = Levels
schools-commune = Commune
schools-people = People
schools-pupils = { $n ->
    [one] { $count } pupil
   *[other] { $count } pupils
 }
schools-staff = { $n ->
    [one] { $count } member of staff
   *[other] { $count } members of staff
 }
schools-administered = { $n ->
    [one] { $count } person
   *[other] { $count } people
 }
schools-counted = People are counted every few minutes.
level-preschool = Preschool
level-primary = Primary
level-lower-secondary = Lower secondary
level-upper-secondary = Upper secondary
level-continuing = Continuing education
school-new-title = Open a school
school-new-lead = Records a school that is not in the list yet. For many schools, importing a list of them is quicker.
school-new-code-hint = As in the sector database, usually 8 digits.
school-new-name = Name of the school
school-new-name-hint = In full, for example: Trường Tiểu học Kim Đồng.
school-new-commune-hint = Of preschools, primary and lower secondary schools. Upper secondary schools and continuing education belong to the department alone: leave it empty.
school-new-do = Open the school
school-new-bad-code = A school code has 2 to 20 plain letters, digits, dots, underscores and hyphens.
school-new-code-taken = Another school has this code.
school-new-code-spent = This was the code of a school that is closed. Codes are never given to another school.
school-new-no-name = Give the school’s name.
school-new-no-level = Choose at least one level.
school-new-no-commune = Name the commune in which the school lies.
school-opened = The school is open. Next, let somebody of the school administer it, then import its lists.
school-is-closed = The school is closed. Nobody signs in as one of this school any more.
school-nobody = The school has no pupils yet.
school-close-title = Close the school
school-close-hint = When it is dissolved, merged or gets another code. Only a school where nobody is any more can be closed.
school-close-ask = Close this school
school-close-which = Close { $school }?
school-close-first = People are still at this school, so it cannot be closed yet. First see to these:
school-close-pupils = transfer, graduation or leaving
school-close-staff = moving to another school or leaving
school-close-warning = A closed school is not opened again here, and its code is given to no other. Its administrators’ rights and its networks end at once. Its history is kept.
school-close-type = Type the school’s code to confirm
school-close-do = Close the school
school-close-keep = Keep it
school-close-unconfirmed = This is not the code of this school.
school-close-people = People are still at this school, so it cannot be closed yet.
schools-nobody = Nobody administers this school yet. Whoever administers above it does.
right-sector-admin = Sector administrator
right-auditor = Auditor
right-school-admin = School administrator
right-help-desk = Help desk
networks-title = The school’s networks
networks-hint = The addresses by which the school reaches the Internet. When the whole school signs in at once from here, nobody waits because others mistype. One address or range on each line, such as 203.0.113.0/28; the provider of the line knows it.
networks-label = Addresses and ranges
networks-save = Save
networks-saved = The school’s networks are saved. Every server knows within a second.
networks-none = No network is registered. The sector’s administrators do so here.
networks-wrong = The school’s networks were not saved: something in “Addresses and ranges” has to be repaired.
networks-unreadable = «{ $text }» is neither an address nor a range such as 203.0.113.0/28.
networks-too-large = { $text } is larger than a school’s network. Ask the provider for the school’s own address.
networks-too-many = Too many: a school has at most 32 ranges.
networks-taken = { $school } has registered this address. An address is one school’s only.
dormant-title = Dormant
dormant-lead = Whoever is at no school any more has a dormant account. Those who finished grade 12 are kept for a while and then removed by themselves; the others wait here until they come back, or are removed by hand.
dormant-lists = Lists
dormant-due = Due soon
dormant-all = All
dormant-none = No account is dormant.
dormant-none-due = Nobody is due.
dormant-last = Last place
dormant-day = Last day there
dormant-left = until { $day }
dormant-fate = What becomes of them
dormant-is-purged = Removed at { $day }
dormant-is-kept = Kept for the next level until { $day }
dormant-rests = Rests until they come back
dormant-purged = One person was removed for good.
renumber-title = Replace a mistaken sector ID
renumber-warning = A sector ID never changes: replace it only where the recorded one is a slip. They stay who they are and sign in with the right one from now on; the former, and one that a merged record brought, sign nobody in and are free for whom they belong to. Slips and badges that were printed with it must be printed again.
renumber-to = The right sector ID
renumber-to-hint = As in the sector database, such as 3112345678.
renumber-reason = Why the recorded one is wrong
renumber-reason-hint = Kept in the audit trail. No names, nothing about health.
renumber-do = Replace it
renumber-keep = Keep the recorded one
purge-title = Remove this person for good
purge-warning = All data of this person are removed: name, IDs, schools, classes, account. Nobody can bring them back, not even by an import: this sector ID is never given again. What is left is a trace without a name that keeps the ID taken.
purge-type = Sector ID or full name
purge-type-hint = Type it as it stands above, to be sure that it is this person.
purge-unconfirmed = This is neither the person’s sector ID nor their name. Nothing was removed.
purge-do = Remove for good
purge-keep = Keep
person-data = Download this person’s data
person-data-hint = All that is kept, to answer a request of their own.
data-title = Personal data
data-none = None.
data-further = Further data
data-identifiers = Identifiers
data-contacts = Contacts
data-transfers = Transfers
data-consents = Apps agreed to
data-grants = Apps with access
data-events = What happened
data-exported-at = Made at
data-kind = Kind
data-value = What it is
data-source = Where it comes from
data-where = Where
data-first-day = First day
data-last-day = Last day
data-subject = Subject
data-since = Since
data-until = Good until
data-ended = Ended at
data-why = Why it ended
data-sign-in-names = Sign-in names
data-browser = Browser
data-address = Network address
data-signed-in-by = Signed in by
data-printed = Printed at
data-last-used = Last used
data-suspended = Suspended for wrong PINs
data-app = App
data-scope = Scopes
data-claims = Single claims
data-when = When
data-what = What
data-by = By whom
data-by-self = This person
data-by-others = Somebody else, or the server
data-badge-replaced = A new badge was printed
data-badge-voided = It was voided
data-badge-role-ended = Left the school, or has another role
data-amr-password = Password
data-amr-pin = PIN
data-amr-otp = One-time code
data-amr-key = Passkey
data-amr-two = Two steps
data-identifier-holds = In use
data-identifier-provisional = For the time being
data-identifier-superseded = Replaced
data-source-import = A list of the school or department
data-source-hand = Written by an administrator
data-source-rollover = The step into a school year
data-source-merge = Two records that were merged
data-source-transfer = A transfer
data-source-sample = Sample data
table-asked = Asked at
table-decided = Decided at
table-sheet = Sheet
table-row = Row
table-column = Column
table-value = Value
table-what = What is wrong
table-repair = Repair
table-kept = Left as they are
people-title = Find people
people-search = Name or sector ID
people-search-hint = With or without accents, in any order. The last digits of an ID are enough.
people-school = School
people-school-hint = Its code, or some words of its name. Empty means every school.
people-school-none = No school matches «{ $text }». Try its code, or fewer words.
people-school-which = Several schools match. Choose one:
people-school-more = There are more: type more words of the name.
people-all-states = Every state
people-place = Class, school
people-account = Account
people-found = { $n ->
    [one] { $count } person on this page
   *[other] { $count } people on this page
 }
people-none-match = Nobody matches. Try fewer words, or clear the filters.
people-show-all = Clear the filters
people-none = There is nobody within your reach yet. If there should be, ask the sector’s administrators.
people-next = Next page
people-filters = Filters
people-class = Class
people-all-classes = Every class
people-grade = Grade { $grade }
people-kind = Who
people-all-kinds = Everybody
people-guardians = Guardians
people-any-id = With or without
people-no-id = No official ID yet
people-tick = Choose { $name }
export-xlsx = Download XLSX
bulk-title = Do something for many
bulk-deed = What
bulk-whom = For whom
bulk-ticked = Those that are ticked
bulk-all = Everybody who was found
bulk-look = Look first
bulk-hint = The next page says for how many; nothing is done before you confirm it there.
bulk-nobody = Nobody is chosen. Tick people in the list, or choose everybody who was found.
bulk-no-school = Slips are printed for one school at a time. Filter the list by a school first.
bulk-too-many = More than { $most } people. Filter by school or class, and do it part by part.
bulk-back = Back to the list
bulk-each = Each is judged as on that person’s page. Whoever you may not do this to is left out and named.
bulk-changed = The list has just changed. Look at the number again, and confirm once more.
bulk-oneself = Yourself: somebody else must do this.
bulk-gone = No longer within your reach
bulk-print = { $n ->
    [one] Print a slip for { $count } person
   *[other] Print slips for { $count } people
 }
bulk-sessions = { $n ->
    [one] Sign { $count } person out everywhere
   *[other] Sign { $count } people out everywhere
 }
bulk-suspend = { $n ->
    [one] Suspend { $count } person
   *[other] Suspend { $count } people
 }
bulk-resume = { $n ->
    [one] Resume { $count } person
   *[other] Resume { $count } people
 }
bulk-done = { $n ->
    [one] Done for { $count } person.
   *[other] Done for { $count } people.
 }
bulk-none-done = Nothing was done for anybody.
bulk-refused = { $n ->
    [one] { $count } person was left out
   *[other] { $count } people were left out
 }
state-provisional = No code yet
state-pending = Not activated
state-active = In use
state-suspended = Suspended
state-dormant = Dormant
state-deactivated = Closed
identifier-temporary = Temporary ID
identifier-citizen = Citizen number
identifier-passport = Passport
identifier-upn = Microsoft account
identifier-vneid = VNeID
function-pupil = Pupil
function-homeroom = Homeroom teacher
function-subject = Subject teacher
person-born = Date of birth
person-affiliations = Places of learning and work
person-no-affiliation = Belongs to no school at present.
person-primary = primary
person-now = now
person-classes = Classes
person-no-acts = You may not change this account. If it must be, ask the sector’s administrators.
person-idle = In this state there is nothing to do.
person-code-hint = An earlier code stops working. The person chooses a new password with the code.
person-issue-code = Issue a code
person-resume = Resume the account
person-reason = Reason for suspending
person-reason-hint = It is kept in the audit trail, even after the record is removed: write no names and nothing about health. The person is signed out of every application.
person-why = Reason: { $reason }
person-no-reason = Give a reason for suspending.
person-suspend = Suspend the account
person-suspended = The account is suspended and signed out of every application.
person-resumed = The account is resumed.
person-resumed-dormant = The suspension is lifted. The account is dormant, for the person is at no school any more; when they come back, it opens by itself.
person-held-by-sector = Suspended by the sector. To resume the account, ask the sector's administrators.
person-held-elsewhere = Suspended by another school or office. To resume the account, ask it or the sector's administrators.
code-title = Code for { $name }
code-once = The code is shown this once. Print it or write it down now.
code-where = Enter it at
code-until = Works until
code-how = Open the page above, enter the sector ID and this code, then choose a password. Show the code to nobody else.
code-print = Print
code-back = Done
first-title = The first administrator
first-lead = This account administers the whole sector. This page works only once.
first-id-hint = 6 to 20 letters, digits or hyphens.
first-bad-id = The sector ID needs 6 to 20 letters, digits or hyphens.
first-no-name = Enter a name.
first-create = Create the administrator
people-too-short = Enter at least the last 4 characters of the sector ID.
person-sessions = { $n ->
    [one] Signed in on { $count } browser.
   *[other] Signed in on { $count } browsers.
 }
person-end-sessions = Sign out everywhere
person-signed-out = The person was signed out everywhere.
person-nothing = Nothing was changed: the account is not in a state for it, or the code of the press before was used.
deed-signed-out-everywhere = The account was signed out everywhere
deed-role-given = An administrative role was given
deed-role-taken = An administrative role was taken
first-taken = This ID is in the records already. Use the command phuong user grant to give that person the role.
op-error-role = Your role does not allow this.
op-error-field = The form holds an unknown field. Load the page again and try once more.

board-title = Open a classroom board
board-lead = Type the 8 letters that the board shows.
board-code = Code on the board
board-code-hint = For example BCFG-HJKL. Capital or small letters, with or without the dash.
board-missing = Type the 8 letters that the board shows.
board-letter = No code contains “{ $letter }”. Compare it with the board letter by letter.
board-length = A code has 8 letters. You typed { $count }.
board-unknown = No board shows this code. Compare it with the board letter by letter.
board-over = This code was used or has expired. Get a new one on the board.
board-not-for-you = This account may not open that board. Ask your school.
board-ask = Open { $name }?
board-name = Board
board-school = At school
board-person = Opened by
board-elsewhere = This board is at { $school }, which is not your school. If you are not standing in front of it, do not open it.
board-compare = Open it only if you stand in front of the board and it shows exactly this code. If somebody sent you the code or a link, choose “Do not open”.
board-how-long = For how long?
board-single = 45 minutes
board-double = 90 minutes
board-ends = When the time is over, the board signs out by itself. When you sign out here, the board signs out too.
board-allow = Open the board
board-deny = Do not open
board-open-title = The board is open
board-open = The board is open until { $when }.
board-end-sooner = To close it sooner, go to your account, “Where you are signed in”.
board-closed-title = The board stays closed
board-closed = The board was not opened. Nothing about you was told.
board-another = Type another code
account-board = Classroom board: { $name }
deed-board-opened = A classroom board was opened
deed-board-refused = A classroom board was kept closed

# Importing lists (P14)
import-title = Import lists
import-one = Import
import-of = Import: { $file }
import-for = for the school { $school }
import-bring = Upload files
import-lead = Use the files as schools send them, or as the sector database exports them: there is no need to remove title rows, rename columns or put them in order.
import-school = School
import-school-hint = The school's code or name, if the file is about one school only; leave it empty if the file has a column “Mã trường”.
import-year = School year of the classes
import-files = Files
import-files-hint = XLSX, XLS, ODS or CSV; several files may be chosen (schools, staff, pupils, assignments). { $largest } MiB together at most.
import-check = Check
import-dry = Nothing is written yet: first you are shown what would change.
import-earlier = Imports
import-none = There is no import yet.
import-file = File
import-where = Place
import-sector = The whole sector
import-who = By
import-when = When
import-state = State
import-checking = Being checked
import-review = To be reviewed
import-refused-whole = Cannot be imported
import-writing = Being written
import-done = Written
import-stage-survey = Reading the files
import-stage-plan = Comparing
import-stage-write = Writing
import-may-close = You may close this page; the work goes on, and this page will tell the result.
import-again = Look again
import-created = Created
import-updated = Updated
import-unchanged = Unchanged
import-ended = Leaving
import-transfers = Transfers
import-undecided = To be decided
import-refused = Errors
import-repeated = Repeated
import-absent = Gone before
import-orgs = New schools
import-classes = New classes
import-write-title = Write
import-lot-written =
    { $n ->
        [0] There is no row to write.
        [one] { $count } row will be written.
       *[other] { $count } rows will be written.
    }
import-lot-undecided =
    { $n ->
        [one] { $count } row waits for a decision and is not written yet.
       *[other] { $count } rows wait for a decision and are not written yet.
    }
import-lot-transfers =
    { $n ->
        [one] { $count } row waits for another school, which is asked when you write.
       *[other] { $count } rows wait for other schools, which are asked when you write.
    }
import-lot-refused =
    { $n ->
        [one] { $count } row is wrong: it stays in the result workbook, to be corrected and imported again.
       *[other] { $count } rows are wrong: they stay in the result workbook, to be corrected and imported again.
    }
import-write = Write
import-to-write = Down to “Write”
import-held-back = Nothing is written yet: what you had just chosen and corrected on the page was kept, and the files were checked again. Look at the new result below; if it is right, press “Write” once more.
import-brake =
    { $n ->
        [one] This import lets one person leave or change their role. Whoever is not in the file is not affected: look at the column of statuses and at the rows under “Leaving”.
       *[other] This import lets { $n } people leave or change their role. Whoever is not in the file is not affected: look at the column of statuses and at the rows under “Leaving”.
    }
import-confirm = Type { $count } to confirm
import-unconfirmed = Nothing was written: type the number of people who leave to confirm.
import-changed = The import has changed since this page was opened, so nothing was done. Look at it again.
import-result = Download the result (XLSX)
import-errors = Errors: rows that are not imported
import-held = Somebody has to decide
import-warnings = Worth a look
import-cells =
    { $n ->
        [one] one cell
       *[other] { $n } cells
    }
import-row = Row { $row }
import-more =
    { $n ->
        [one] One more cell is in the result workbook.
       *[other] { $n } more cells are in the result workbook.
    }
import-correct = Correct and check again
import-correct-hint = Correct cells here; your file does not change. What you leave alone stays; but an ID that is filled in under “Somebody has to decide” is confirmed when you leave it and press this button.
import-whom-later = Decide later
import-whom-this = It is this person: { $code }
import-whom-other = It is somebody else (new)
import-whom-elsewhere = They are not shown here: they are where you do not administer, or in another row of this import. If it is them, fill in the sector ID in the file, or ask the sector's administrator.
import-rows = The rows
import-rows-more = Only the first 100 rows are shown; the result file has them all.
import-nothing = (empty)
import-ended-why = The status in the file lets these people leave. If that is wrong, correct the column «Trạng thái» in the file and bring it again.
import-read = What was read
import-kind-schools = Schools
import-kind-staff = Staff
import-kind-pupils = Pupils
import-kind-assignments = Assignments
import-row-count =
    { $n ->
        [one] one row
       *[other] { $n } rows
    }
import-ignored = Columns not read: { $columns }
import-unread = Sheets not read: { $sheets }
import-kind = The file is a list of
import-kind-told = (told by its columns)
import-kind-hint = The columns do not tell: choose, then check again. Of several files it holds for those whose columns do not tell.
import-columns = What the columns are
import-columns-hint = Guessed by their titles. Where that is wrong, choose again; it will be remembered.
import-column-ignored = (not read)
import-columns-check = Check again with these columns
import-discard = Throw this import away
import-no-file = Choose at least one file.
import-too-large = The files are larger than { $largest } MiB together. Split them, or save the workbook without pictures.
import-too-many-files = More than 20 files. Make several imports of them.
import-too-many-open = There are 20 unfinished imports. Write one of those below, or throw it away.
import-broken = The files did not arrive whole. Try again.
import-no-school = No school fits. Type its code.
enrol-title = Add one person
enrol-instead = Only one newcomer? Fill in a form, no file needed
enrol-lead = For who comes in the middle of the school year: a pupil, a new teacher. The next page shows what will change before anything is written, as with a list.
enrol-class-hint = Of a pupil, for example 3A.
enrol-position = Position
enrol-position-hint = Of a member of staff.
enrol-vice-principal = Vice principal
enrol-principal = Principal
enrol-id-hint = Leave it empty if there is none yet: a temporary one is given, to be replaced later.
enrol-no-class = Enter the pupil’s class, for example 3A.
enrol-too-many-open = There are 20 unfinished imports. Write one of those under Import lists, or throw it away, then try again.
slip-title = Activation slips
slip-class = Class { $class }
slip-open = 1. Scan the QR code, or open { $address }
slip-type = 2. Enter the sector ID and the activation code above.
slip-choose = 3. Choose a password, by { $day } at the latest.
slips-title = Print activation slips
slips-warning = Printing again makes all slips that were printed for these people before worthless.
slips-for = Print for
slips-whole-school = The whole school
slips-everybody = Also for those who have a password
slips-everybody-hint = To choose another when a whole class has forgotten. Such a slip is good for 7 days; the old password works until then.
slips-print = Print slips (PDF)
slips-spared = Not printed for
slips-oneself = Yourself: ask somebody else for a code.
slips-upward = Holds rights that you lack.
slips-newcomers = { $n ->
    [one] Only for the one person whom the import created.
   *[other] Only for the { $count } people whom the import created.
 }
slips-all-of-them = Print for everybody
slips-nobody = Nobody needs a slip: everybody has a password.
slips-overtaken = Somebody else issued codes to these people at the same moment, so these slips would be worthless. Print again.
class-mine = My class
class-others = My classes
class-empty = The class has no pupils yet.
class-pupils = { $n ->
    [one] { $count } pupil
   *[other] { $count } pupils
 }
class-waiting = { $n ->
   *[other] { $count } not activated
 }
class-code = Issue code
class-code-for = Issue code for { $name }
class-all = The whole class
class-slips = Print slips for those not activated
class-slips-hint = One PDF, 24 slips to an A4 sheet. What was printed for these pupils before is worthless afterwards.
class-reset = Print slips for new passwords of the whole class
class-reset-hint = For every pupil, also those who have a password and forgot it. Their slips are good for 7 days; the old password works until another is chosen.
class-not-homeroom = Only the homeroom teacher prints slips for the whole class.

transfers-title = Transfers
transfers-lists = Lists of transfers
transfers-leaving = Leaving, to be decided
transfers-coming = Coming, to be decided
transfers-left = Leaving, decided
transfers-came = Coming, decided
transfers-ask = Ask for a pupil
transfers-none-leaving = No request waits for the school to decide.
transfers-none-coming = The school is waiting for no pupil.
transfers-none-decided = No request has been decided yet.
transfer-from = From
transfer-to = To
transfer-state = State
transfer-waiting = To be decided
transfer-approved = Moved
transfer-declined = Declined
transfer-withdrawn = Withdrawn
transfer-expired = Expired
transfer-asked = The request was sent. The former school has 30 days to decide; the pupil’s name is shown once it agrees.
transfer-claimed = The former school had released the pupil, who is at the new school now. Choose a class and print a new badge.
transfer-facts = The request
transfer-when-asked = Sent
transfer-when-decided = Decided
transfer-pupil = Open the pupil’s page
transfer-decision = Decision
transfer-approve-hint = From today on the pupil is at this school no more. The sector ID and the password stay; apps for this school alone are closed.
transfer-approve = Let the pupil go
transfer-reason = Why it is declined
transfer-reason-hint = The school that asked will read it, and the audit trail keeps it even after the record is removed: write no names and nothing about health.
transfer-no-reason = Write why it is declined.
transfer-school-closed = The school that asked is closed, so the pupil cannot go there.
transfer-decline = Decline
transfer-withdraw-hint = If it was sent by mistake, or the family has changed its mind.
transfer-withdraw = Withdraw the request
transfer-new-title = Ask for a pupil
transfer-new-lead = The school where the pupil is gets the request and decides. A pupil who was released comes at once.
transfer-school = Your school
transfer-school-hint = Its code, or some words of its name.
transfer-born-hint = Day/month/year, for example 14/03/2017.
transfer-send = Send the request
transfer-bad-school = Name exactly one school: by its code, or by enough words of its name.
transfer-bad-id = A sector ID has 6 to 20 letters, digits or hyphens.
transfer-bad-date = Write the birth date as day/month/year, for example 14/03/2017.
transfer-missing = No pupil has this sector ID and birth date. Check both in the school record.
transfer-slow = Too many wrong tries. Try again after { $until }.
transfer-here = This pupil is at the school already.
import-undoing = Being undone
import-undone = Undone
import-undo-title = Undo
import-undo-why = Until { $until } everybody can be made again what they were before this import: whom it created is removed, the others are as before. Whoever activated their account or was changed since stays as they are, and is listed.
import-undo = Undo this import
import-back =
    { $n ->
        [one] One person is again as before.
       *[other] { $n } people are again as before.
    }
import-kept =
    { $n ->
        [one] One person stays
       *[other] { $n } people stay
    }
import-kept-why = They activated their account, were changed after the import, or somebody else has the number that was theirs; look at each of them.
import-kept-unnamed =
    { $n ->
        [one] One more person is not named here: no longer at your school, or the list is too long (the XLSX file has all whom you may see).
       *[other] { $count } more people are not named here: no longer at your school, or the list is too long (the XLSX file has all whom you may see).
    }

rollovers-title = New school year
rollover-lead = The whole school goes up at once: drafted, looked through, done on a day; it can be taken back for 7 days.
rollovers-none = No school has a draft. Find one above.
rollover-years = School years
rollover-none = The school has no draft. A draft changes nothing yet.
rollover-make = Make a draft
rollover-no-classes = The school has no classes this year. Import the list of pupils first.
rollover-draft = Draft
rollover-scheduled = Scheduled
rollover-running = Under way
rollover-done = Done
rollover-undoing = Being taken back
rollover-undone = Taken back
rollover-pupils = Pupils
rollover-repeat = Repeat
rollover-leave = Leave
rollover-other = Other class
rollover-gone = Leave the school
rollover-class = Class
rollover-next = Next year
rollover-goes-on = Goes up
rollover-goes-on-as = Next year it is class { $code }.
rollover-completes = Level done, leaves school
rollover-stays = Left as it is
rollover-day = The day
rollover-on = Done on
rollover-on-hint = Day/month/year. Today means at once.
rollover-past-day = This day is over. Write today or a later day.
rollover-bad-day = Write the day as day/month/year, for example 01/08/2027.
rollover-schedule = Schedule
rollover-now-title = Move the whole school today?
rollover-now-warning = The day is today, so it begins as soon as you confirm. It can be taken back for 7 days; pupils to whom something happened since stay as they are.
rollover-now-do = Move it now
rollover-now-keep = Not yet, go back
rollover-again-hint = Adds the classes that have come since. What was changed stays.
rollover-again = Update the draft
rollover-unschedule = Do not do it
rollover-lapsed = Nothing was done on { $day }: by then whoever scheduled it had no right to do so at the school any more. The draft is as it was: look it through and schedule another day.
rollover-wait = It is being done. You may close this page; reload it to see.
rollover-undo-hint = Can be taken back until { $until }. Pupils to whom something happened since stay as they are.
rollover-undo = Take it back
rollover-over = More than 7 days have passed: it cannot be taken back.
rollover-kept = Something had happened to these pupils since, so that they were not taken back:
rollover-unnamed =
    { $n ->
        [one] One pupil who was not taken back is not named here: no longer at your school, or the list is too long.
       *[other] { $count } pupils who were not taken back are not named here: no longer at your school, or the list is too long.
    }
rollover-class-title = Class { $code }
rollover-nobody = Nobody is in the class any more.
rollover-with-class = With the class
rollover-repeats = Repeats the year
rollover-leaves = Leaves school
rollover-joins = Class { $code }
rollover-save = Save
rollover-saved = Saved.
rollover-unsaved = Nothing was saved. Repair the following and press Save again; whatever else you chose still stands below.
rollover-no-class-for = { $name }: next year there is no class like the one you chose.
rollover-not-here = Somebody for whom you chose is not in this class any more, and so not in the list below.
rollover-whole = The whole class
rollover-name = Its name next year
rollover-name-hint = Only where the class goes up.
rollover-bad-name = A class is called by 1 to 40 characters, with a letter or digit.
rollover-awaited = Pupils of other classes are to join this one under the name that stands here. Choose again for them first (the classes with “Other class” on the school’s page), then change it.
rollover-no-class = There will be no such class. Choose again for the pupil.

merge-title = Merge two records of one person
merge-lead = For a person with two records: choose the one that stays, the other goes into it.
merge-other = Sector ID of the other record
merge-other-hint = The whole sector ID, or a temporary one.
merge-kept = Stays
merge-gone = Goes into it
merge-what = What will happen
merge-effect = Identifiers, schools, classes and the history of both come together. What the record that stays lacks is taken from the other. The password of the record that stays is used; the other is signed out everywhere, and its ID still leads here.
merge-for-good = This cannot be taken back. Be certain that it is the same person.
merge-do = Merge them
merge-swap = Keep the other one
merge-done = The two records are one.
merge-missing = Nobody within your reach has this ID.
merge-same = This is the record that is open.
merge-places = The two are pupils of two schools. Let one leave or transfer first.
merge-rights = The record that would go holds administrative rights. Take them first, or keep that record.
merge-suspended = The record that would go is suspended. Resume it first.

person-identify = Sector ID
person-identify-hint = Takes the place of the temporary one. What was printed with that still works.
person-identify-do = Record it
person-identified = The sector ID was recorded.
person-bad-id = This is no sector ID, or somebody else has it. Check each digit.
person-has-sector-id = They have a sector ID already, and it never changes. Look it up in the sector database; where the recorded one is a slip, the sector's administrators replace it.
person-release = The pupil leaves the school
person-release-hint = To another school: it has 30 days to claim the pupil, and the account goes on. For good: the account goes dormant.
person-why-transferred = To another school
person-why-left = For good
person-release-do = Let the pupil go
person-released = The pupil is at the school no more.
person-sex = Sex
person-corrected = The record was corrected.
person-unchanged = Nothing was changed: it stood there already.
sex-female = Female
sex-male = Male
sex-unknown = Not recorded
correct-title = Correct the record
correct-lead = Write it as on the birth certificate. Correct the school’s list too, or the next import records it as before.
correct-do = Save
correct-changed = Somebody else, or an import, changed the record just now. What you typed is still here: look at the person’s page again, then save once more.
correct-no-name = Enter the name.
correct-long-name = A name has 120 characters at most.
correct-damaged-name = The name holds characters that no name has (a ? is often a letter that was lost when a file was saved). Type it again.
correct-no-date = Write day/month/year, the year with 4 digits, for example 14/03/2017.
correct-no-such-day = There is no such day. Check day and month.
correct-long-ago = The year of birth lies between 1900 and today.
correct-future = A date of birth cannot lie in the future. Check the year.
correct-no-sex = Choose male or female.
correct-email-hint = Optional. Empty this field to remove the address on record.
correct-phone-hint = Optional. Empty this field to remove the number on record.
correct-no-email = This is no e-mail address. Write it like name@school.edu.vn, or leave it empty.
correct-no-phone = A telephone number is 0 and nine digits, for example 0912000002. Write it again, or leave it empty.

## Administration API (/api/v1)
problem-bad-request = The request cannot be read
problem-bad-request-detail = The request is not what the OpenAPI document describes; errors names what is wrong.
problem-bad-fields = Some fields are wrong
problem-bad-fields-detail = Correct the fields named in errors and send it again.
problem-token = A good access token is needed
problem-token-detail = Get an access token for the resource /api/v1 and send it in the Authorization header.
problem-scope = The access token lacks a scope
problem-scope-detail = Get an access token with the scope named in the WWW-Authenticate header.
problem-stale = A fresh sign-in is needed
problem-stale-detail = This is done within 5 minutes of a sign-in only. Have the person sign in again with max_age=300; a service gets a new token with its key or certificate.
problem-role = The role does not allow this
problem-role-detail = The caller's role does not go so far here.
problem-oneself = Nobody does this to themselves
problem-oneself-detail = Somebody else has to do this.
problem-upward = The person holds higher rights
problem-upward-detail = The person holds administrative rights that the caller lacks.
problem-held = Suspended by somebody else
problem-held-detail = Only whoever suspended the account, or the sector's administrators, can resume it.
problem-not-found = Not found
problem-not-found-detail = There is nothing at this address, or it lies outside the caller's reach.
problem-method = No such method
problem-method-detail = This address does not take that method; the Allow header names those it takes.
problem-conflict = This cannot be done now
problem-conflict-detail = The state of things does not allow it. Read it again and decide.
problem-too-large = The body is too large
problem-too-large-detail = A request may be 64 KB long, but for files to import.
problem-media-type = Wrong media type
problem-media-type-detail = Send application/json, not compressed.
problem-unavailable = Not available for the moment
problem-unavailable-detail = Nothing is wrong with the request; send it again after the seconds in Retry-After.
problem-fault = Something went wrong here
problem-fault-detail = Give the support code to whoever runs the server.
problem-short-tail = The end of a sector ID needs at least 4 characters.
problem-wrong-page = after must be the next of the page before.
problem-under-way = This request is under way
problem-under-way-detail = A request with this Idempotency-Key is being worked at; send it again in some seconds.
problem-key-used = The key was used for another request
problem-key-used-detail = Each request needs an Idempotency-Key of its own.
problem-slow = Too many wrong guesses
problem-slow-detail = There were too many wrong pairs of sector ID and birth date; try again later.
problem-key = Idempotency-Key must be one, of 16 to 128 characters.
problem-no-body = This request has no body.
problem-reason = Give a reason, of 200 characters at most.
problem-person-name = A name has letters, 120 characters at most, and no foreign signs.
problem-born = A day of birth from 1900 to today is needed, written like 2012-02-29.
problem-born-future = The day of birth cannot lie in the future.
problem-sex = The sex is male or female.
problem-email = This is no e-mail address; an empty text removes the one on record.
problem-phone = A telephone number is 0 and nine digits; an empty text removes the one on record.
problem-sector-id = The sector ID has not the form of one, or cannot be used.
problem-no-pupil = There is no pupil with this sector ID and birth date.
problem-pupil-here = The pupil is at this school already.
problem-no-school = There is no such school within reach, or it is closed.
problem-school-closed = The school that asked is closed.
problem-changed = It has changed since it was read
problem-changed-detail = Read it again, look at what changed, and send the new ETag in If-Match.
problem-no-condition = If-Match is needed
problem-no-condition-detail = Send the ETag that reading it gave in the If-Match header.
problem-part = The form has no such part here; school and year come before files.
problem-which-school = Say for which school, by its code.
problem-year = A school year is written like 2026-2027.
problem-address = Give a whole https address.
problem-keep-hours = keep_hours is 0 to 720.
problem-taken = This id or address belongs to another app already.
problem-no-secret = The app has no secret: it proves itself in another way.
problem-own-app = The app registered itself and manages that itself; here it can only be turned off or on, or removed.
problem-app-name = Give the app a name.
problem-client-id = A client_id has 1 to 100 characters, letters a to z, digits and . _ - only; where none can be made from the name, give one.
problem-no-redirect = An app of the kind web, spa or native needs at least one address.
problem-idle-redirect = An app of the kind service or board has no such address: nobody signs in to it by a browser. Leave it out.
problem-redirect = Each address is whole and written plainly: https (http only for localhost, com.example.app:/… only for the kind native), without a #, a * or a user name.
problem-no-keys = This way to prove itself needs jwks_uri: where the public keys of the app are.
problem-auth-method = There is no such way to prove itself here for this kind of app. There are client_secret_basic, client_secret_post, private_key_jwt, self_signed_tls_client_auth and none.
problem-app-scope = One of the scopes does not exist; those that do are under scopes_supported at /.well-known/openid-configuration and /.well-known/oauth-protected-resource/api/v1.
problem-app-role = A role is student, teacher, staff, principal or guardian.
problem-board-school = A board needs the code of the school it stands in.
problem-idle-school = Only a board stands in a school; the schools that may use an app are named in schools.
problem-resource = Each address is whole, without a part after #.
problem-no-object = The body must be a JSON object.
problem-percent = Give a number from 0 to 100.
problem-network = Each network is an address or a range, such as 203.0.113.0/28.
problem-network-large = One of them is larger than any school's network.
problem-networks-many = A school has at most 32 networks.
problem-network-taken = Another school has registered this address.
problem-no-import = There is no such import within reach.
problem-no-class = The school has no such class.
problem-class = Give the class of the pupil, such as 3A.
problem-class-of-staff = Only pupils are in a class; leave this out.
problem-position-of-pupil = Only staff have a position; leave this out.
problem-people = Name 1 to 200 people.
problem-no-person = There is no such person within reach.
problem-pupil-only = The person is a pupil and works nowhere in the sector. Administrative roles are for those who work in it.
problem-overtaken = Somebody else has just printed for the same people, so these would be worth nothing. Print again.
problem-no-classes = The school has no classes in this year.
problem-rollover-late = The step is under way, done, or taken back: this cannot be done any more.
problem-class-next = goes_on and joins need the name of a class (1 to 40 characters, with a letter or digit) in next; nothing else does.
problem-class-unknown = No class goes on under this name, and none of the next school year has it.
problem-class-awaited = Pupils of other classes are to join this class under its present name: change their marks first.
problem-no-org = There is no such school or commune within reach.
problem-only-sector = This role is given over the whole sector only.
problem-last-administrator = This is the last administrator of the sector who can sign in.
problem-cells = Each is a cell of the import as it was read, with 500 characters at most; 1 to 1,000 of them.
problem-columns = Each is a title of the import as it was read; 1 to 1,000 of them.
problem-not-dormant = The person is at a school, or the account is in use: only whoever has left all schools can be removed.
unread-field = There is no such field; taken are: { $expected }.
unread-no-field = No parameters are taken here.
unread-variant = This value is not taken; taken are: { $expected }.
unread-missing = This field is missing.
unread-twice = This field is there twice.
unread-text = A string is expected.
unread-boolean = true or false is expected.
unread-list = A list is expected.
unread-number = A whole number within its limits is expected.
unread-whole = A whole number from 1 to { $most } is expected.
unread-day = A day that exists is expected, written like 2012-02-29.
unread-id = An id is expected, as the API told it.
unread-json = This is not JSON: look at line:column { $at }.
unread-object = A JSON object is expected.
badge-title = Sign-in badges
badge-year = School year { $year }
badge-found = Scan the code, then type your PIN. If found, please return it to the school.
badges-title = QR badges
badges-hint = A card the size of a bank card for each person, ten to a sheet of A4, good for one school year. The badges these people had are worth nothing then.
badges-for = Badges for
badges-print = Print badges (PDF)
person-badge = QR badge
person-badge-printed = Printed at { $when }.
person-badge-until = Good until { $when }.
person-badge-suspended = Too many wrong PINs keep it from being used; print a new one.
class-number = No.
class-badge = Badge
class-badge-of = Badge of { $name }
class-badge-print = Print the badge
class-badge-void = Void the badge
class-badge-voided = The badge is void: nobody signs in with it any more.
class-badges = Print badges for the whole class
class-badges-hint = QR badges, ten to a sheet of A4. The badges that the pupils had are worth nothing then.
import-resting = Could not be done
import-resting-why = This was tried several times and failed each time, so it rests now. What was written stays. Try it again; if it fails again, tell the server's administrators the code below.
import-resting-code = Support code:
import-pause = Pause
import-paused = Paused
import-paused-why = Somebody paused this import. What was written stays; it can go on at any time, and the rest will be done then.
import-resume = Go on
import-retry = Try again
sign-in-again-deed = What you are about to do is important: please enter your password again. Afterwards you come back to where you were.
sign-in-again-file = This file holds personal data: please enter your password again. Afterwards you come back to the page; press download or print once more.
roles-title = Administrators
roles-lead = Who administers what, within your reach.
roles-role = Role
roles-place = School or office
roles-place-hint = Its code, or a few words of the name of a school or commune. Empty means all of them.
roles-place-none = Nothing within your reach fits. Try the school’s code, or fewer words.
roles-place-which = Several fit. Choose one:
roles-all = All roles
roles-none = Nobody fits.
roles-whole = the whole sector
roles-meanings = What each role may do
roles-homeroom = Homeroom teachers need no role: whoever has a class by the imported teaching assignments issues codes and prints slips for it.
admin-role-sector = Sector administrator
admin-role-sector-means = Does everything with all schools, apps, signing keys and the audit trail; gives every role.
admin-role-school = School administrator
admin-role-school-means = Looks after the accounts of a school, or of a commune’s schools: imports lists, issues codes, prints slips, suspends, transfers, moves classes up; gives roles at that school.
admin-role-help = Help desk
admin-role-help-means = Issues codes to those who cannot sign in, and signs people out. Changes nothing else and reads no audit trail.
admin-role-auditor = Auditor
admin-role-auditor-means = Only looks: at people, administrators and the audit trail. Changes nothing.
role-new-title = Give a role
role-whom = Sector ID of the person
role-whom-hint = The person must belong to a school within your reach.
role-place-hint = The school’s code, or a few words of its name. The role holds there and everywhere below.
role-place-whole-hint = The code, or a few words of the name of a school or commune. Empty means the whole sector.
role-look = Review
role-review = About to be given
role-review-hint = The role holds at once. Codes that were issued to the person before are worth nothing then: give the role first, the code afterwards.
role-give = Give this role
role-otherwise = Change it
role-given = The role is given.
role-given-codes = The role is given. The code that was issued to the person is worth nothing now; issue a new one.
role-taken = The role is taken away.
role-nothing = Nothing changed: it was so already.
role-since = Since
role-by = Given by
role-by-command = A command on the server
role-person = Open the person’s page
role-take = Take this role away
role-take-hint = Holds at once: every deed asks for the right anew, so the person need not be signed out.
role-kept-oneself = Nobody takes a role from themselves. Ask another administrator.
role-kept-upward = This person has rights that you lack, so you cannot take theirs.
role-kept-elsewhere = This person works outside your reach. Ask the sector’s administrators to take the role away.
role-last = This is the last sector administrator who can sign in. Give that role to somebody else first.
role-bad-person = Nobody within your reach has this ID.
role-bad-oneself = Nobody gives a role to themselves.
role-bad-upward = This person has rights that you lack, or works where you do not administer.
role-bad-pupil = This person is a pupil and works nowhere in the sector. Administrative roles are for those who work in it.
role-bad-none = Choose a role.
role-bad-lacking = Your role there cannot give this one.
role-bad-sector = A sector administrator is one of the whole sector: leave the school empty.
role-bad-place = Name one school or office within your reach: its code, or enough words of its name.
role-bad-has = This person has that role already.

audit-title = Audit trail
audit-query = Search the audit trail
audit-query-hint = Empty means every event. Put conditions together, for example action:role.given from:2026-09-01. The words:
audit-strange = “{ $words }” is not understood. Use the words named above.
audit-bad-day = “{ $words }” is no day. Write it like 2026-09-01.
audit-bad-action = Nothing is called “{ $words }”. Choose what was done under “Search by a form”.
audit-bad-outcome = After outcome: write failed or done, not “{ $words }”.
audit-no-actor = Nobody has the ID at actor:.
audit-no-person = Nobody has the ID at person:.
audit-no-school = No school within your reach fits.
audit-schools = Several schools fit. Write the school’s code.
audit-form = Search by a form
audit-who = Who
audit-whom = To whom or what
audit-person = To whom (sector ID)
audit-client = App (client id)
audit-what = What
audit-when = When
audit-where = From
audit-everything = Everything
audit-from = From day
audit-day-hint = For example 1/9/2026 or 2026-09-01.
audit-to = To day
audit-outcome = Outcome
audit-any = Any outcome
audit-failed = Failed
audit-done = Done
audit-none = No event fits.
audit-none-elsewhere = Check every digit of the ID: one that nobody has, and one of somebody out of your reach, both have no events here.
audit-newer = Newer
audit-older = Older
audit-system = The system
audit-themselves = themselves
audit-last = Sealed up to event { $event }.
audit-checked = Checked up to event { $event } at
audit-unchecked = Not checked yet.
audit-whole = The whole chain held when it was last walked to its end, at
audit-not-whole = The whole chain has not been walked yet.
audit-first = What came before event { $event } was purged by policy; the chain is checked from there.
audit-broken = The trail breaks at event { $event }.
audit-broken-do = Keep the database as it is and ask whoever runs the server; the command that checks is
audit-why-changed = The event was changed, or this program did not write it.
audit-why-removed = Events were removed.
audit-why-exchanged = The event does not follow from those before it.
audit-why-other = This part cannot be proved any more.
audit-export = Export to a file
audit-export-hint = Every event that fits the search above; XLSX holds at most 100,000 events. Needs a password entered within 5 minutes. The export is audited.
audit-event = Event
audit-over = By a right over
audit-kept-as = Kept as
audit-about = Every event about this person or app
audit-chain = Seal
audit-place = Place in the chain
audit-value = The chain’s value there
audit-unsealed = To be sealed within seconds.
audit-proof = Proof of the event
audit-chain-hint = The chain’s value proves this event and all before it. Noted elsewhere, it tells later whether somebody put back an old copy.
failure-title = Look up a support code
failure-code = Support code
failure-code-hint = 8 letters on an error page. Small or capital letters and spaces do not matter. Failures are kept for 30 days.
failure-trace = The request that failed
failure-request = Request
failure-answer = Answer
failure-cause = Cause
failure-took = Took
failure-who = Who was signed in
failure-trail = The person’s trail of that day
failure-none = No failure within your reach has this code. Look at each letter again; one that has just happened appears within seconds.
audit-session-began = Signed in
audit-session-ended = Signed out, or was signed out
audit-sign-in-failed = Wrong password several times in a row
audit-account-activated = Activated the account
audit-password-changed = Chose a new password
audit-account-disowned = Reported “not me”
audit-account-code-issued = Issued a code
audit-account-suspended = Suspended the account
audit-account-resumed = Resumed the account
audit-account-signed-out = Signed out everywhere
audit-account-lapsed = Account went dormant: at no school any more
audit-account-woken = Account woke: at a school again
audit-account-deactivated = Closed the account
audit-account-purged = Purged the record
audit-account-unmade = Removed the account with the undo of an import
audit-administrator-first = Made the first administrator
audit-role-given = Gave an administrative role
audit-role-taken = Took an administrative role
audit-device-opened = Opened a classroom board
audit-device-refused = Refused a classroom board
audit-consent-given = Let an app see data
audit-consent-withdrawn = Withdrew consent to an app
audit-identifier-added = Recorded an identifier
audit-identifier-corrected = Replaced a mistaken sector ID
audit-person-registered = Added a person
audit-person-corrected = Corrected a person
audit-person-imported = Changed by an import
audit-person-described = Recorded further data
audit-person-merged = Merged another record into this one
audit-person-merged-into = Merged this record into another
audit-person-exported = Exported all data of a person
audit-people-exported = Exported lists of people
audit-membership-began = Began a role at a school
audit-membership-ended = Ended a role at a school
audit-membership-made-main = Changed the main school
audit-membership-role-changed = Changed a role at a school
audit-membership-transferred = Moved to another school
audit-transfer-asked = Asked for a pupil
audit-transfer-claimed = Took in a pupil who was let go
audit-transfer-approved = Approved a transfer
audit-transfer-declined = Declined a transfer
audit-transfer-withdrawn = Withdrew a transfer
audit-transfer-expired = A transfer expired
audit-import-uploaded = Uploaded files to import
audit-import-amended = Corrected cells of an import
audit-import-agreed = Let an import be written
audit-import-started = Began an import
audit-import-finished = Finished an import
audit-import-undone = Undid an import
audit-import-discarded = Discarded an import
audit-rollover-drafted = Drafted a school’s next year
audit-rollover-marked = Changed a draft of the next year
audit-rollover-scheduled = Scheduled the next year
audit-rollover-unscheduled = Unscheduled the next year
audit-rollover-done = Moved a school into the next year
audit-rollover-undoing = Began to undo the next year
audit-rollover-undone = Undid the next year
audit-slips-printed = Printed slips
audit-org-founded = Added a school or office
audit-org-corrected = Corrected a school or office
audit-org-attached = Moved under another office
audit-org-closed = Closed a school or office
audit-client-added = Added an app
audit-client-registered = An app registered itself
audit-client-invited = Made an invitation for apps
audit-client-changed = Changed an app
audit-client-secret-rotated = Rotated an app’s secret
audit-client-enabled = Enabled an app
audit-client-disabled = Disabled an app
audit-client-removed = Removed an app
audit-key-rotated = Rotated a signing key
audit-key-revoked = Revoked a signing key
audit-audit-exported = Exported the audit trail
audit-audit-purged = Purged the oldest part of the audit trail

jobs-title = Background work
jobs-lead = What the server is doing and has just done. This page may be closed: the work goes on.
jobs-none = Nothing yet.
jobs-result = Result file
jobs-waiting = Waiting
jobs-none-waiting = Nothing waits.
jobs-troubled = Tried, and not done yet
jobs-upkeep = Upkeep
job-backchannel = Telling an app that somebody signed out
job-lesson = Ending a lesson on a board
job-closing = Closing a school
job-other = Other work
job-next = Next:
job-failed = Given up
job-tries =
    { $n ->
        [one] tried once
       *[other] tried { $count } times
    }
job-kind = Work
job-app = App
job-tried = Attempts
job-next-at = Next attempt
job-retry = Try now
job-discard = Discard
job-retried = It will be tried now.
job-discarded = It was discarded.
job-nothing = Nothing changed: it is done already, or being worked at.
upkeep-sealing = Sealing the audit trail
upkeep-unsealed = New events are sealed within seconds.
upkeep-checking = Chain last checked
upkeep-purging = Keeping the audit trail
upkeep-days =
    { $n ->
        [one] { $count } day, then the oldest part is purged
       *[other] { $count } days, then the oldest part is purged
    }
upkeep-keys = Signing keys
upkeep-exchange = the next is exchanged at { $when }
jobs-rows = rows
jobs-classes = classes
upkeep-published =
    { $n ->
        [one] { $count } key published
       *[other] { $count } keys published
    }
audit-job-retried = Let a job be tried again
audit-job-discarded = Discarded a job
audit-account-badge-issued = Issued a badge
audit-account-badge-voided = Voided a badge
audit-account-badge-ended = A badge ended
audit-account-badge-revived = A badge is good again
audit-badges-printed = Printed badges
audit-org-networks-set = Recorded a school’s networks
audit-client-account-made = Made an app’s service account
audit-import-paused = Paused an import
audit-import-resumed = Let an import go on
audit-import-retried = Let an import be tried again
audit-thing-elsewhere = somebody out of your reach
audit-thing-import = an import of lists
audit-thing-class = a class
audit-thing-job = a background job
audit-thing-people = lists of people
audit-thing-clients = the apps
audit-thing-audit = the audit trail
