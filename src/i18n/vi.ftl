error-prefix = Lỗi:
skip = Đến nội dung chính
other-language = English
sign-out = Đăng xuất
portal-title = Ứng dụng của bạn
account-title = Tài khoản
back-to-app = Quay lại { $app }
go-to-portal = Về trang ứng dụng
sign-in-again = Đăng nhập lại

sign-in-title = Đăng nhập
sign-in-to = Đăng nhập vào { $app }
sign-in-by = Tài khoản ngành giáo dục
sign-in-name = Mã định danh ngành
sign-in-name-hint = Mã do Bộ GD&ĐT cấp, thường có 10 số. Không phải số căn cước.
sign-in-password = Mật khẩu
sign-in-show = Hiện
sign-in-hide = Ẩn
sign-in-own-device = Đây là máy riêng của tôi
sign-in-own-device-hint = Không chọn nếu dùng máy ở phòng học hoặc máy của người khác.
sign-in-submit = Đăng nhập
sign-in-forgot = Quên mật khẩu?
sign-in-activate = Kích hoạt tài khoản
sign-in-wrong = Mã số hoặc mật khẩu chưa đúng. Hãy tắt gõ tiếng Việt và thử lại.
sign-in-help = Vẫn không được? Tài khoản có thể chưa kích hoạt hoặc đang tạm khoá: hãy hỏi thầy cô hoặc nhà trường.
sign-in-short-id = Mã có { $digits } số, cần 10.
sign-in-mangled = Mật khẩu có chữ tiếng Việt. Bộ gõ có thể đã đổi chữ: hãy tắt Unikey/Telex rồi gõ lại.
sign-in-missing = Hãy nhập mã định danh và mật khẩu.
sign-in-slow = Đã thử nhiều lần. Hãy thử lại sau
sign-in-closed = Đã có quá nhiều lần thử. Trên máy này, hãy xin mã kích hoạt mới của thầy cô hoặc nhà trường.
sign-in-busy = Đang có rất nhiều người đăng nhập. Hãy thử lại sau vài giây.
sign-in-again-why = { $app } cần bạn nhập lại mật khẩu.
sign-in-somebody-else = { $app } đang chờ một người khác. Hãy đăng nhập bằng tài khoản của người đó.
sign-in-expired = Trang đã mở quá lâu. Hãy nhập lại.
client-policy = Chính sách riêng tư
client-terms = Điều khoản

choose-title = Chọn tài khoản
choose-lead = Bạn muốn vào { $app } bằng tài khoản nào?
choose-continue = Tiếp tục với { $name }
choose-other = Không phải bạn? Đăng xuất và đổi người
consent-title = Chia sẻ thông tin
consent-lead = { $app } muốn biết những điều sau về bạn:
consent-allow = Đồng ý
consent-deny = Không đồng ý
logout-title = Đăng xuất
logout-lead = Đăng xuất khỏi mọi ứng dụng trên máy này?
logout-board-lead = Đóng { $name }? Chỉ bảng ấy đăng xuất.
logout-board-done = Bảng đã đóng.
logout-stay = Ở lại
logout-done-title = Đã đăng xuất
logout-done = Máy sẵn sàng cho bạn tiếp theo.
logout-app-done = Đã đăng xuất
logout-app-told = Đã báo qua trình duyệt
logout-app-open = Có thể còn mở
logout-close-browser = Có ứng dụng có thể còn mở. Hãy đóng trình duyệt trước khi rời máy.
logout-told-here = Có ứng dụng được báo qua trình duyệt này nên không xác nhận được. Hãy đóng trình duyệt trước khi rời máy dùng chung.
logout-continue = Tiếp tục

portal-lead = Xin chào, { $name }
portal-not-you = Không phải bạn?
portal-act-as = Bạn đang dùng vai trò:
portal-search = Tìm ứng dụng
portal-empty = Chưa có ứng dụng nào dành cho bạn. Hãy hỏi nhà trường.

account-official = Thông tin chính thức
account-official-hint = Do nhà trường quản lý. Nếu sai, hãy báo cho văn phòng nhà trường.
account-name = Họ và tên
account-id = Mã định danh ngành
account-role = Vai trò
account-password = Đổi mật khẩu
account-sessions = Nơi đang đăng nhập
account-this = Máy này
account-since = Từ { $when }
account-end = Kết thúc
account-shared = Máy dùng chung
account-own = Máy riêng
account-apps = Ứng dụng đã vào
account-no-apps = Chưa vào ứng dụng nào.

role-student = Học sinh
role-teacher = Giáo viên
role-staff = Nhân viên
role-principal = Quản lý nhà trường
role-guardian = Phụ huynh
yes = Rồi
no = Chưa
language-vi = Tiếng Việt
language-en = Tiếng Anh
claim-name = Họ và tên
claim-family-name = Họ
claim-middle-name = Đệm
claim-given-name = Tên
claim-nickname = Tên thường gọi
claim-preferred-username = Tên người dùng
claim-profile = Trang cá nhân
claim-picture = Ảnh
claim-website = Trang web
claim-zoneinfo = Múi giờ
claim-gender = Giới tính
claim-birthdate = Ngày sinh
claim-sector-id = Mã định danh ngành
claim-citizen-id = Số định danh cá nhân
claim-address = Địa chỉ
claim-context = Vai trò
claim-contexts = Mọi vai trò
claim-grade = Khối { $grade }
claim-classes = Lớp
claim-email = E-mail
claim-email-verified = E-mail đã xác minh
claim-phone = Điện thoại
claim-phone-verified = Điện thoại đã xác minh
claim-locale = Ngôn ngữ
claim-updated-at = Cập nhật lần cuối
claim-affiliation = Nhóm người dùng (eduPerson)
claim-scoped-affiliation = Nhóm người dùng tại trường (eduPerson)
claim-home-organization = Ngành quản lý
claim-unique-code = Mã cá nhân (SCHAC)

password-title = Đổi mật khẩu
password-forced = Hãy đặt mật khẩu mới trước khi tiếp tục.
password-current = Mật khẩu hiện tại
password-new = Mật khẩu mới
password-rule = Ít nhất { $least } ký tự. Không cần ký tự đặc biệt.
password-save = Lưu mật khẩu
password-saved = Đã đổi mật khẩu. Các máy khác đã được đăng xuất.
password-current-wrong = Mật khẩu hiện tại chưa đúng.
password-too-short = Mật khẩu này ngắn quá.
password-too-long = Mật khẩu dài quá 256 ký tự.
password-common = Mật khẩu này quá dễ đoán. Hãy chọn mật khẩu khác.
password-personal = Mật khẩu không được chứa tên, mã định danh, trường hoặc ngày sinh.
password-same = Hãy chọn mật khẩu khác mật khẩu cũ.
password-accents = Mật khẩu có chữ tiếng Việt có dấu: có thể bộ gõ đã đổi chữ, máy khác sẽ khó gõ lại. Hãy tắt gõ tiếng Việt rồi gõ lại; nếu đúng ý mình, cứ gõ lại như cũ.

activate-title = Kích hoạt tài khoản
activate-lead = Nhập mã định danh ngành và mã được phát để đặt mật khẩu.
activate-code = Mã kích hoạt
activate-code-hint = Mã in trên phiếu, ví dụ BCFG-HJKL-MNPQR, hoặc mã 6 số thầy cô vừa đọc. Gõ hoa hay thường đều được.
activate-next = Tiếp tục
activate-wrong = Mã định danh hoặc mã kích hoạt chưa đúng, hoặc mã đã hết hạn. Hãy xem lại phiếu hoặc hỏi nhà trường.
activate-missing = Hãy nhập mã định danh và mã kích hoạt.
activate-mangled = Mã có chữ tiếng Việt có dấu. Bộ gõ có thể đã đổi chữ: hãy tắt Unikey/Telex rồi gõ lại.
activate-letter = Không mã nào có «{ $letter }». Hãy so lại từng chữ với phiếu.
activate-length = Mã trên phiếu có 13 chữ, mã thầy cô đọc có 6 số. Đã nhập { $count } chữ.
activate-mistyped = Có một chữ gõ nhầm. Hãy so lại từng chữ với phiếu.
activate-expired = Trang đã mở quá lâu hoặc mã đã được dùng. Nếu đã có mật khẩu, hãy đăng nhập; nếu chưa, hãy nhập lại mã.
activate-not-me = Không phải, nhập lại
activate-yes = Đúng, tiếp tục
recover-title = Quên mật khẩu
recover-staff = Hãy liên hệ người quản trị của nhà trường để nhận mã đặt lại mật khẩu.
recover-have-code = Tôi đã có mã

form-post-title = Đang chuyển đến ứng dụng
form-post-button = Tiếp tục

op-error-title = Không tiếp tục được
op-error-code = Mã hỗ trợ:
op-error-not-found = Không tìm thấy trang này. Có thể địa chỉ gõ nhầm hoặc đã cũ.
op-error-first = Liên kết này chưa đúng, đã hết hạn hoặc đã được dùng. Nếu ngành chưa có người quản trị, hãy tạo liên kết mới bằng lệnh phuong init --link.
op-error-method = Trang này không nhận yêu cầu kiểu đó.
op-error-client = Ứng dụng gọi đến đây chưa được đăng ký hoặc đã bị tắt. Hãy báo cho người quản lý ứng dụng.
op-error-redirect = Ứng dụng gửi địa chỉ trả về không đúng với đăng ký. Hãy báo cho người quản lý ứng dụng.
op-error-request = Ứng dụng gửi yêu cầu không đúng. Hãy quay lại và thử lại.
op-error-gone = Yêu cầu đã hết hạn. Hãy quay lại ứng dụng và đăng nhập lại.
op-error-forged = Trang đã cũ hoặc được gửi từ nơi khác. Hãy quay lại, tải lại trang và thử lại.
op-error-busy = Máy chủ đang bận. Hãy thử lại sau vài giây.
op-error-fault = Có lỗi ở phía chúng tôi. Hãy thử lại; nếu vẫn lỗi, hãy báo mã hỗ trợ này.
policy-title = Quyền riêng tư
policy-text = Tài khoản do sở giáo dục và nhà trường quản lý. Mỗi ứng dụng chỉ nhận những thông tin sở đã duyệt cho ứng dụng đó, và nhận một mã riêng nên các ứng dụng không thể ghép dữ liệu của bạn với nhau.
terms-title = Điều khoản sử dụng
terms-text = Tài khoản là của riêng bạn. Không cho người khác dùng mật khẩu của bạn, và đăng xuất khi dùng xong máy chung.
developer-title = Dành cho nhà phát triển
developer-text = Ứng dụng tìm mọi địa chỉ qua tài liệu khám phá:

error-look-at = Xem lại:
nav-label = Tài khoản của bạn
search = Tìm
sign-in-slow-seconds = giây.
choose-another = Dùng tài khoản khác
choose-forget = Đăng xuất và xoá mọi tài khoản khỏi máy này
choose-password = cần nhập mật khẩu
consent-hint = Ứng dụng chỉ nhận những điều ghi ở trên. Bạn có thể xem lại ở trang Tài khoản.
portal-empty-look = Xem tài khoản
portal-no-match = Không có ứng dụng nào khớp. Hãy thử ít chữ hơn.
portal-all = Xem tất cả
form-post-lead = Nếu trang không tự chuyển, hãy bấm nút bên dưới.
op-error-code-hint = Khi cần giúp, hãy đọc mã này cho nhà trường.

account-unknown-device = Trình duyệt khác
account-apps-hint = Bấm vào tên ứng dụng để xem ứng dụng đó đã nhận những gì về bạn.
account-activity = Hoạt động gần đây
account-no-activity = Chưa có hoạt động nào.
deed-signed-in = Đã đăng nhập
deed-failed = Có người nhập sai mật khẩu nhiều lần
deed-signed-out = Đã đăng xuất
deed-activated = Đã kích hoạt tài khoản
deed-password-changed = Đã đổi mật khẩu
deed-code-issued = Đã được cấp mã đặt lại mật khẩu
deed-suspended = Tài khoản đã bị tạm khoá
deed-resumed = Tài khoản đã được mở lại
deed-disowned = Đã báo «Không phải tôi» và khoá mật khẩu
account-not-me = Không phải tôi
account-withdraw = Rút lại đồng ý
not-me-title = Không phải tôi
not-me-lead = Có lần đăng nhập hay thay đổi không phải do mình làm? Có thể người khác đã biết mật khẩu.
not-me-know-title = Còn nhớ mật khẩu hiện tại
not-me-know = Đổi mật khẩu là đủ: mọi máy khác bị đăng xuất ngay.
not-me-lock-title = Không đổi được, hoặc muốn chắc chắn
not-me-lock = Khoá mật khẩu và đăng xuất mọi nơi, kể cả máy này. Sau đó cần mã mới của thầy cô hoặc nhà trường để đặt mật khẩu.
not-me-submit = Khoá mật khẩu, đăng xuất mọi nơi
not-me-back = Quay lại
disowned-title = Đã khoá mật khẩu
disowned = Mọi máy và mọi ứng dụng đã bị đăng xuất. Mật khẩu cũ không dùng được nữa.
disowned-next = Hãy hỏi thầy cô hoặc nhà trường để nhận mã đặt mật khẩu mới.

activate-step = Bước { $step } trên 3
activate-is-it-you = Đây có phải em không?
activate-is-it-you-staff = Đây có phải thầy/cô không?
activate-is-it-you-anybody = Tên này có đúng không?
activate-have-account = Tôi đã có mật khẩu
activate-choose-password = Đặt mật khẩu
activate-password-lead = Hãy chọn mật khẩu dễ nhớ với mình và khó đoán với người khác.
activate-done-title = Tài khoản đã sẵn sàng
activate-done = Chào { $name }! Từ nay hãy đăng nhập bằng mã định danh ngành và mật khẩu vừa đặt.
activate-done-before = Mật khẩu đã được đặt ở lần gửi trước. Nếu hai lần gõ khác nhau, mật khẩu của lần trước mới đúng.
activate-start = Đăng nhập
recover-lead = Không cần e-mail hay điện thoại, chỉ cần một mã mới.
recover-pupil-title = Học sinh
recover-pupil-ask = Hỏi thầy cô chủ nhiệm để nhận một mã mới.
recover-pupil-code = Nhập mã định danh ngành và mã đó. Mã chỉ dùng được một lần.
recover-pupil-choose = Đặt mật khẩu mới.
recover-staff-title = Thầy cô và nhân viên
recover-back = Quay lại đăng nhập

console-title = Quản trị
console-nav = Quản trị
console-home = Tổng quan
part-people = Con người
part-lists = Danh sách
part-year = Năm học
part-management = Quản lý
console-schools = Trường
console-empty = Chưa có ai. Hãy nhập danh sách nhà trường gửi lên:
home-counting = Đang đếm số người lần đầu. Hãy mở lại trang sau một phút.
home-counted = Số người được đếm lúc { $at }, vài phút một lần. Ai ở hai trường được tính ở cả hai.
home-pupils = Học sinh
home-staff = Cán bộ, giáo viên
home-todo = Việc đang chờ
home-nothing = Không có việc nào đang chờ.
home-import = Lần nhập gần nhất
home-no-rollover = Chưa soạn việc lên lớp cho năm học mới
home-waiting = Chưa kích hoạt, theo lớp
home-all-activated = Mọi học sinh đã kích hoạt.
home-lowest = Trường kích hoạt ít nhất
home-not-yet = { $n ->
   *[other] { $count } chưa kích hoạt
 }
todo-leaving = { $n ->
   *[other] { $count } đề nghị xin nhận học sinh của bạn, chờ bạn đồng ý
 }
todo-coming = { $n ->
   *[other] { $count } đề nghị bạn đã gửi, chờ trường kia đồng ý
 }
todo-review = { $n ->
   *[other] { $count } lần nhập chờ bạn xem lại
 }
todo-running = { $n ->
   *[other] { $count } lần nhập đang chạy
 }
todo-unadministered = { $n ->
   *[other] { $count } trường chưa có người quản trị
 }
todo-temporary = { $n ->
   *[other] { $count } người chưa có mã định danh chính thức
 }
todo-suspended = { $n ->
   *[other] { $count } tài khoản đang tạm khoá
 }
schools-title = Các trường
schools-search = Tên hoặc mã trường
schools-search-hint = Vài chữ trong tên, có dấu hay không dấu đều được; hoặc cả mã trường.
schools-status = Tình trạng
schools-open = Đang hoạt động
schools-closed = Đã đóng
schools-is-closed = Đã đóng
schools-administrators = Người quản trị
schools-none = Chưa có
schools-activated = Đã kích hoạt
schools-any-share = Bao nhiêu cũng được
schools-below = Dưới { $share } %
schools-none-match = Không có trường nào khớp. Hãy thử ít chữ hơn, hoặc bỏ lọc.
schools-no-schools = Chưa có trường nào trong phạm vi của bạn. Hãy nhập danh sách trường:
schools-code = Mã trường
schools-levels = Cấp học
schools-commune = Xã, phường
schools-people = Số người
schools-pupils = { $n ->
   *[other] { $count } học sinh
 }
schools-staff = { $n ->
   *[other] { $count } cán bộ, giáo viên
 }
schools-administered = { $n ->
   *[other] { $count } người
 }
schools-counted = Số người được đếm vài phút một lần.
schools-nobody = Chưa có ai quản trị trường này. Người quản trị cấp trên đang làm thay.
right-sector-admin = Quản trị ngành
right-auditor = Kiểm tra
right-school-admin = Quản trị trường
right-help-desk = Hỗ trợ
networks-title = Mạng của trường
networks-hint = Những địa chỉ mà trường dùng để ra Internet. Cả trường đăng nhập cùng lúc từ đây thì không ai bị chờ chỉ vì bạn khác gõ sai. Mỗi dòng một địa chỉ hay một dải, ví dụ 203.0.113.0/28; nhà mạng cho biết địa chỉ này.
networks-label = Địa chỉ và dải mạng
networks-save = Lưu
networks-saved = Đã lưu mạng của trường. Mọi máy chủ biết điều này trong vòng một giây.
networks-none = Chưa ghi mạng nào. Quản trị ngành ghi ở đây.
networks-unreadable = «{ $text }» không phải là địa chỉ hay dải mạng, như 203.0.113.0/28.
networks-too-large = { $text } lớn hơn mạng của một trường. Hãy hỏi nhà mạng địa chỉ riêng của trường.
networks-too-many = Quá nhiều: một trường có nhiều nhất 32 dải mạng.
networks-taken = { $school } đã ghi địa chỉ này. Mỗi địa chỉ chỉ thuộc về một trường.
dormant-title = Tạm ngưng
dormant-lead = Ai không còn thuộc trường nào thì tài khoản tạm ngưng. Người học xong lớp 12 được giữ một thời gian rồi tự xoá; những người khác chờ ở đây cho đến khi trở lại, hoặc được xoá bằng tay.
dormant-lists = Danh sách
dormant-due = Sắp đến hạn
dormant-all = Tất cả
dormant-none = Không có tài khoản nào tạm ngưng.
dormant-none-due = Không có ai sắp đến hạn.
dormant-last = Nơi cuối cùng
dormant-day = Rời ngày
dormant-left = đến { $day }
dormant-fate = Sẽ ra sao
dormant-is-purged = Tự xoá lúc { $day }
dormant-is-kept = Chờ cấp học sau đến { $day }
dormant-rests = Nghỉ cho đến khi trở lại
dormant-purged = Đã xoá hẳn một người.
purge-title = Xoá hẳn người này
purge-warning = Mọi dữ liệu của người này bị xoá: tên, mã, nơi học, lớp, tài khoản. Không ai lấy lại được, kể cả bằng nhập danh sách: mã định danh này không bao giờ được cấp lại. Chỉ còn dấu vết không tên để giữ chỗ cho mã.
purge-type = Mã định danh ngành hoặc họ và tên
purge-type-hint = Gõ lại đúng như trên, để chắc chắn là người này.
purge-unconfirmed = Không khớp với mã định danh hay họ tên của người này. Chưa xoá gì cả.
purge-do = Xoá hẳn
purge-keep = Giữ lại
person-data = Tải về dữ liệu của người này
person-data-hint = Mọi điều đang lưu, để trả lời yêu cầu của chính người ấy.
table-asked = Gửi lúc
table-decided = Quyết định lúc
table-sheet = Trang tính
table-row = Dòng
table-column = Cột
table-value = Giá trị
table-what = Có gì sai
table-repair = Cách sửa
people-title = Tra cứu người
people-search = Tên hoặc mã định danh
people-search-hint = Gõ có dấu hay không dấu đều được, thứ tự tuỳ ý. Mã chỉ cần các số cuối.
people-school = Trường
people-school-hint = Mã trường, hoặc vài chữ trong tên. Để trống là mọi trường.
people-school-none = Không có trường nào khớp «{ $text }». Hãy thử mã trường, hoặc ít chữ hơn.
people-school-which = Nhiều trường khớp. Hãy chọn một:
people-school-more = Còn nữa: hãy gõ thêm chữ trong tên trường.
people-all-states = Mọi trạng thái
people-place = Lớp, trường
people-account = Tài khoản
people-found = { $n ->
   *[other] { $count } người trên trang này
 }
people-none-match = Không tìm thấy ai khớp. Hãy thử ít chữ hơn, hoặc bỏ lọc.
people-show-all = Bỏ lọc
people-none = Chưa có ai trong phạm vi của bạn. Nếu lẽ ra phải có, hãy hỏi quản trị ngành.
people-next = Trang sau
people-filters = Lọc
people-class = Lớp
people-all-classes = Mọi lớp
people-grade = Khối { $grade }
people-kind = Là ai
people-all-kinds = Tất cả
people-guardians = Người giám hộ
people-any-id = Có hay chưa có
people-no-id = Chưa có mã chính thức
people-tick = Chọn { $name }
export-xlsx = Tải về XLSX
bulk-title = Làm cho nhiều người
bulk-deed = Việc
bulk-whom = Cho ai
bulk-ticked = Những người đã đánh dấu
bulk-all = Tất cả những người tìm được
bulk-look = Xem trước
bulk-hint = Trang sau cho biết bao nhiêu người; chưa có gì được làm cho đến khi bạn xác nhận ở đó.
bulk-nobody = Chưa chọn ai. Hãy đánh dấu ở danh sách, hoặc chọn tất cả những người tìm được.
bulk-no-school = Phiếu được in cho từng trường. Hãy lọc danh sách theo một trường trước.
bulk-too-many = Nhiều hơn { $most } người. Hãy lọc theo trường hoặc theo lớp rồi làm từng phần.
bulk-back = Về danh sách
bulk-each = Từng người được xét như ở trang của người ấy. Ai bạn không được phép làm thì bị bỏ ra và được nêu tên.
bulk-changed = Danh sách vừa thay đổi. Hãy xem lại số người rồi xác nhận lần nữa.
bulk-oneself = Chính bạn: việc này phải do người khác làm.
bulk-gone = Không còn trong phạm vi của bạn
bulk-print = { $n ->
   *[other] In phiếu cho { $count } người
 }
bulk-sessions = { $n ->
   *[other] Đăng xuất { $count } người khỏi mọi nơi
 }
bulk-suspend = { $n ->
   *[other] Tạm khoá { $count } người
 }
bulk-resume = { $n ->
   *[other] Mở lại { $count } người
 }
bulk-done = { $n ->
   *[other] Đã làm xong cho { $count } người.
 }
bulk-refused = { $n ->
   *[other] { $count } người bị bỏ ra
 }
state-provisional = Mã tạm
state-pending = Chưa kích hoạt
state-active = Đang dùng
state-suspended = Tạm khoá
state-dormant = Tạm ngưng
state-deactivated = Đã đóng
identifier-temporary = Mã tạm
identifier-citizen = Số định danh cá nhân
identifier-passport = Hộ chiếu
identifier-upn = Tài khoản Microsoft
identifier-vneid = VNeID
function-pupil = Học sinh
function-homeroom = Chủ nhiệm
function-subject = Bộ môn
person-born = Ngày sinh
person-affiliations = Nơi học, nơi công tác
person-no-affiliation = Hiện không thuộc trường nào.
person-primary = chính
person-now = nay
person-classes = Lớp
person-no-acts = Bạn không có quyền thay đổi tài khoản này. Khi cần, hãy hỏi quản trị ngành.
person-idle = Với trạng thái này, hiện không có việc gì phải làm.
person-code-hint = Mã cũ sẽ hết hiệu lực. Người này tự đặt mật khẩu mới bằng mã.
person-issue-code = Cấp mã đặt mật khẩu
person-resume = Mở lại tài khoản
person-reason = Lý do tạm khoá
person-reason-hint = Lý do được lưu trong nhật ký. Người này bị đăng xuất khỏi mọi ứng dụng.
person-why = Lý do: { $reason }
person-no-reason = Hãy ghi lý do tạm khoá.
person-suspend = Tạm khoá tài khoản
person-suspended = Đã tạm khoá tài khoản và đăng xuất khỏi mọi ứng dụng.
person-resumed = Đã mở lại tài khoản.
person-resumed-dormant = Đã bỏ tạm khoá. Tài khoản tạm ngưng vì người này không còn thuộc trường nào; khi trở lại trường, tài khoản tự mở.
person-held-by-sector = Quản trị ngành đã tạm khoá tài khoản này. Muốn mở lại, hãy hỏi quản trị ngành.
person-held-elsewhere = Một trường hoặc đơn vị khác đã tạm khoá tài khoản này. Muốn mở lại, hãy hỏi nơi đó hoặc quản trị ngành.
code-title = Mã của { $name }
code-once = Mã chỉ hiện một lần. Hãy in hoặc chép lại ngay.
code-where = Nhập tại
code-until = Dùng được đến
code-how = Mở trang trên, nhập mã định danh ngành và mã này, rồi tự đặt mật khẩu. Không cho người khác xem mã.
code-print = In
code-back = Xong
first-title = Người quản trị đầu tiên
first-lead = Tài khoản này quản trị toàn ngành. Trang này chỉ dùng được một lần.
first-id-hint = 6 đến 20 chữ cái, chữ số hoặc dấu gạch nối.
first-bad-id = Mã định danh cần 6 đến 20 chữ cái, chữ số hoặc dấu gạch nối.
first-no-name = Hãy nhập họ và tên.
first-create = Tạo tài khoản quản trị
people-too-short = Hãy nhập ít nhất 4 ký tự cuối của mã định danh.
person-sessions = { $n ->
   *[other] Đang đăng nhập trên { $count } trình duyệt.
 }
person-end-sessions = Đăng xuất khỏi mọi nơi
person-signed-out = Đã đăng xuất người này khỏi mọi nơi.
person-nothing = Không có gì thay đổi: tài khoản không ở trạng thái cho phép việc này, hoặc mã của lần bấm trước đã được dùng.
deed-signed-out-everywhere = Tài khoản đã bị đăng xuất khỏi mọi nơi
deed-role-given = Được cấp quyền quản trị
deed-role-taken = Bị thu quyền quản trị
first-taken = Mã này đã có trong dữ liệu. Hãy dùng lệnh phuong user grant để cấp quyền cho người ấy.
op-error-role = Vai trò của bạn không cho phép việc này với người ấy.
op-error-field = Biểu mẫu có một mục lạ. Hãy tải lại trang và thử lại.

board-title = Mở bảng lớp học
board-lead = Nhập 8 chữ đang hiện trên bảng.
board-code = Mã trên bảng
board-code-hint = Ví dụ BCFG-HJKL. Gõ hoa hay thường, có gạch hay không đều được.
board-missing = Hãy nhập 8 chữ đang hiện trên bảng.
board-letter = Không mã nào có «{ $letter }». Hãy so lại từng chữ với bảng.
board-length = Mã có 8 chữ. Đã nhập { $count } chữ.
board-unknown = Không bảng nào đang hiện mã này. Hãy so lại từng chữ với bảng.
board-over = Mã này đã được dùng hoặc đã hết hạn. Hãy lấy mã mới trên bảng.
board-not-for-you = Tài khoản này không được mở bảng ấy. Hãy hỏi nhà trường.
board-ask = Mở { $name }?
board-name = Bảng
board-school = Ở trường
board-person = Người mở
board-elsewhere = Bảng này ở { $school }, không phải trường của bạn. Nếu không đứng trước bảng ấy, đừng mở.
board-compare = Chỉ mở khi đang đứng trước bảng và trên bảng hiện đúng mã này. Nếu có người gửi mã hay liên kết cho bạn, hãy bấm «Không mở».
board-how-long = Mở trong bao lâu?
board-single = 45 phút
board-double = 90 phút
board-ends = Hết giờ, bảng tự đăng xuất. Đăng xuất ở máy này thì bảng cũng đăng xuất.
board-allow = Mở bảng
board-deny = Không mở
board-open-title = Bảng đã mở
board-open = Bảng mở đến { $when }.
board-end-sooner = Muốn đóng sớm, vào trang Tài khoản, mục «Nơi đang đăng nhập».
board-closed-title = Không mở bảng
board-closed = Bảng không được mở. Không ai biết gì về bạn.
board-another = Nhập mã khác
account-board = Bảng lớp học: { $name }
deed-board-opened = Đã mở một bảng lớp học
deed-board-refused = Đã từ chối mở một bảng lớp học

# Nhập danh sách (P14)
import-title = Nhập danh sách
import-one = Đợt nhập
import-of = Đợt nhập: { $file }
import-for = cho trường { $school }
import-bring = Tải tệp lên
import-lead = Dùng tệp như nhà trường gửi hoặc như cơ sở dữ liệu ngành xuất ra: không cần xoá dòng tiêu đề, đổi tên cột hay xếp lại cột.
import-school = Trường
import-school-hint = Mã hoặc tên trường, nếu tệp chỉ nói về một trường; để trống nếu tệp có cột «Mã trường».
import-year = Năm học của các lớp
import-files = Tệp
import-files-hint = XLSX, XLS, ODS hoặc CSV; có thể chọn nhiều tệp (trường, cán bộ, học sinh, phân công). Tổng cộng không quá { $largest } MB.
import-check = Kiểm tra
import-dry = Chưa ghi gì: trước hết sẽ cho xem những gì sẽ thay đổi.
import-earlier = Các đợt nhập
import-none = Chưa có đợt nhập nào.
import-file = Tệp
import-where = Phạm vi
import-sector = Toàn ngành
import-who = Người nhập
import-when = Lúc
import-state = Tình trạng
import-checking = Đang kiểm tra
import-review = Chờ xem lại
import-writing = Đang ghi
import-done = Đã ghi
import-stage-survey = Đang đọc tệp
import-stage-plan = Đang đối chiếu
import-stage-write = Đang ghi
import-may-close = Có thể đóng trang này; việc vẫn tiếp tục, và trang này sẽ cho biết kết quả.
import-again = Xem lại
import-created = Tạo mới
import-updated = Cập nhật
import-unchanged = Không đổi
import-ended = Rời trường
import-transfers = Chờ chuyển trường
import-undecided = Cần xem lại
import-refused = Lỗi
import-repeated = Lặp lại
import-absent = Đã rời từ trước
import-orgs = Trường mới
import-classes = Lớp mới
import-write-title = Ghi vào hệ thống
import-write-all = Mọi dòng đều nhập được.
import-write-good = Các dòng đúng sẽ được ghi; các dòng lỗi được giữ lại trong tệp kết quả để sửa rồi nhập lại.
import-write = Ghi
import-brake =
    { $n ->
       *[other] Đợt nhập này cho { $n } người rời trường hoặc đổi vai trò. Hãy chắc chắn rằng tệp không thiếu ai.
    }
import-confirm = Gõ số { $count } để xác nhận
import-unconfirmed = Chưa ghi gì: hãy gõ đúng số người rời trường để xác nhận.
import-changed = Đợt nhập đã thay đổi từ khi trang này được mở, nên chưa làm gì. Hãy xem lại.
import-result = Tải tệp kết quả (XLSX)
import-errors = Lỗi: dòng không được nhập
import-held = Cần người quyết định
import-warnings = Nên xem lại
import-cells =
    { $n ->
       *[other] { $n } ô
    }
import-row = Dòng { $row }
import-more =
    { $n ->
       *[other] Còn { $n } ô nữa trong tệp kết quả.
    }
import-correct = Sửa và kiểm tra lại
import-correct-hint = Sửa ngay tại đây, tệp của thầy cô không thay đổi. Ô để nguyên thì không đổi.
import-rows = Các dòng
import-read = Đã đọc
import-kind-schools = Trường
import-kind-staff = Cán bộ, giáo viên
import-kind-pupils = Học sinh
import-kind-assignments = Phân công
import-row-count =
    { $n ->
       *[other] { $n } dòng
    }
import-ignored = Cột không đọc: { $columns }
import-unread = Trang không đọc: { $sheets }
import-columns = Cột nào là gì
import-columns-hint = Đã đoán theo tên cột. Nếu sai, hãy chọn lại; lần sau sẽ được nhớ.
import-column-ignored = (không đọc)
import-columns-check = Kiểm tra lại với các cột này
import-discard = Bỏ đợt nhập này
import-no-file = Hãy chọn ít nhất một tệp.
import-too-large = Các tệp cộng lại vượt quá { $largest } MB. Hãy chia nhỏ, hoặc lưu bảng tính mà không có hình ảnh.
import-too-many-files = Nhiều hơn 20 tệp. Hãy chia thành nhiều đợt.
import-too-many-open = Đang có 20 đợt nhập chưa xong. Hãy ghi hoặc bỏ bớt một đợt trong danh sách bên dưới.
import-broken = Tệp chưa được gửi trọn vẹn. Hãy thử lại.
import-no-school = Không có trường nào khớp. Hãy gõ mã trường.
slip-title = Phiếu kích hoạt tài khoản
slip-class = Lớp { $class }
slip-open = 1. Quét mã QR, hoặc mở { $address }
slip-type = 2. Nhập mã định danh và mã kích hoạt ở trên.
slip-choose = 3. Tự đặt mật khẩu, chậm nhất ngày { $day }.
slips-title = In phiếu kích hoạt
slips-warning = In lại thì mọi phiếu in trước cho những người này không dùng được nữa.
slips-for = In cho
slips-whole-school = Cả trường
slips-everybody = In cả cho người đã có mật khẩu
slips-everybody-hint = Để đặt lại mật khẩu khi cả lớp quên. Phiếu này dùng được 7 ngày; mật khẩu cũ vẫn dùng được cho đến lúc đó.
slips-print = In phiếu (PDF)
slips-spared = Không in cho
slips-oneself = Chính bạn: hãy nhờ người khác cấp mã.
slips-upward = Có quyền mà bạn không có.
slips-nobody = Không ai cần phiếu: mọi người đều đã có mật khẩu.
slips-overtaken = Cùng lúc đó có người khác cấp mã cho những người này nên phiếu này không dùng được. Hãy in lại.
class-mine = Lớp của tôi
class-others = Các lớp của tôi
class-empty = Lớp chưa có học sinh.
class-pupils = { $n ->
   *[other] { $count } học sinh
 }
class-waiting = { $n ->
   *[other] { $count } chưa kích hoạt
 }
class-code = Cấp mã
class-code-for = Cấp mã cho { $name }
class-all = Cả lớp
class-slips = In phiếu cho em chưa kích hoạt
class-slips-hint = Một tệp PDF, 24 phiếu một tờ A4. Phiếu in trước cho các em này không dùng được nữa.
class-reset = In phiếu đặt lại mật khẩu cho cả lớp
class-reset-hint = Cho mọi em, kể cả em đã có mật khẩu mà quên. Phiếu của em đã có mật khẩu dùng được 7 ngày; mật khẩu cũ vẫn dùng được cho đến lúc đặt lại.
class-not-homeroom = Chỉ giáo viên chủ nhiệm in phiếu cho cả lớp.

transfers-title = Chuyển trường
transfers-lists = Danh sách chuyển trường
transfers-leaving = Chuyển đi, chờ duyệt
transfers-coming = Chuyển đến, chờ duyệt
transfers-left = Chuyển đi, đã xong
transfers-came = Chuyển đến, đã xong
transfers-ask = Xin nhận học sinh
transfers-none-leaving = Không có đề nghị nào chờ trường duyệt.
transfers-none-coming = Trường không chờ học sinh nào.
transfers-none-decided = Chưa có đề nghị nào đã xong.
transfer-from = Trường đi
transfer-to = Trường đến
transfer-state = Tình trạng
transfer-waiting = Chờ duyệt
transfer-approved = Đã chuyển
transfer-declined = Bị từ chối
transfer-withdrawn = Đã rút lại
transfer-expired = Hết hạn
transfer-asked = Đã gửi đề nghị. Trường cũ có 30 ngày để duyệt; tên học sinh hiện ra khi trường cũ đồng ý.
transfer-claimed = Học sinh đã được trường cũ cho đi, nên nay đã thuộc trường nhận. Hãy xếp lớp và in thẻ mới.
transfer-facts = Đề nghị chuyển trường
transfer-when-asked = Gửi lúc
transfer-when-decided = Xong lúc
transfer-pupil = Xem trang của học sinh
transfer-decision = Quyết định
transfer-approve-hint = Học sinh thôi thuộc trường này ngay hôm nay. Mã định danh và mật khẩu giữ nguyên; ứng dụng chỉ dành cho trường này bị đóng.
transfer-approve = Đồng ý cho chuyển
transfer-reason = Lý do từ chối
transfer-reason-hint = Trường đề nghị đọc được lý do này.
transfer-no-reason = Hãy ghi lý do từ chối.
transfer-school-closed = Trường đề nghị đã giải thể, nên học sinh không chuyển đến đó được.
transfer-decline = Từ chối
transfer-withdraw-hint = Khi gửi nhầm, hoặc gia đình đổi ý.
transfer-withdraw = Rút lại đề nghị
transfer-new-title = Xin nhận học sinh
transfer-new-lead = Trường đang có học sinh sẽ nhận được đề nghị và duyệt. Học sinh đã được cho đi thì về trường ngay.
transfer-school = Trường nhận
transfer-school-hint = Mã trường, hoặc vài chữ trong tên.
transfer-born-hint = Ngày/tháng/năm, ví dụ 14/03/2017.
transfer-send = Gửi đề nghị
transfer-bad-school = Hãy ghi đúng một trường: mã trường, hoặc đủ chữ trong tên.
transfer-bad-id = Mã định danh ngành cần 6 đến 20 chữ cái, chữ số hoặc dấu gạch nối.
transfer-bad-date = Hãy ghi ngày sinh theo dạng ngày/tháng/năm, ví dụ 14/03/2017.
transfer-missing = Không có học sinh nào có mã định danh và ngày sinh này. Hãy xem lại cả hai trên học bạ.
transfer-slow = Đã thử sai quá nhiều lần. Hãy thử lại sau { $until }.
transfer-here = Học sinh này đang học ở trường rồi.
import-undoing = Đang hoàn tác
import-undone = Đã hoàn tác
import-undo-title = Hoàn tác
import-undo-why = Đến { $until } có thể đưa mọi người về như trước đợt nhập này: người được tạo mới bị gỡ, người khác trở lại như cũ. Ai đã kích hoạt hoặc được sửa sau đó thì giữ nguyên và được liệt kê.
import-undo = Hoàn tác đợt nhập này
import-back =
    { $n ->
       *[other] Đã đưa { $n } người về như trước.
    }
import-kept =
    { $n ->
       *[other] { $n } người giữ nguyên
    }
import-kept-why = Những người này đã kích hoạt tài khoản hoặc được thay đổi sau đợt nhập; hãy xem lại từng người.

rollovers-title = Năm học mới
rollover-lead = Cả trường lên lớp trong một lần: soạn, xem lại, hẹn ngày; hoàn tác được trong 7 ngày.
rollovers-none = Chưa trường nào soạn. Hãy tìm một trường ở trên.
rollover-years = Năm học
rollover-none = Trường chưa soạn việc lên lớp. Bản nháp chưa thay đổi gì cả.
rollover-make = Soạn bản nháp
rollover-no-classes = Trường chưa có lớp nào trong năm học này. Hãy nhập danh sách học sinh trước.
rollover-draft = Bản nháp
rollover-scheduled = Đã hẹn ngày
rollover-running = Đang chuyển
rollover-done = Đã chuyển
rollover-undoing = Đang hoàn tác
rollover-undone = Đã hoàn tác
rollover-pupils = Học sinh
rollover-repeat = Lưu ban
rollover-leave = Thôi học
rollover-other = Lớp khác
rollover-class = Lớp
rollover-next = Sang năm
rollover-goes-on = Lên lớp
rollover-goes-on-as = Sang năm là lớp { $code }.
rollover-completes = Hoàn thành cấp học, rời trường
rollover-stays = Để nguyên
rollover-day = Ngày chuyển
rollover-on = Chuyển vào ngày
rollover-on-hint = Ngày/tháng/năm. Ngày hôm nay thì máy làm ngay.
rollover-bad-day = Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 01/08/2027.
rollover-schedule = Hẹn ngày chuyển
rollover-again-hint = Thêm các lớp mới có từ khi soạn. Điều đã sửa được giữ.
rollover-again = Cập nhật bản nháp
rollover-unschedule = Bỏ hẹn
rollover-wait = Máy đang làm. Đóng trang này cũng được; tải lại để xem.
rollover-undo-hint = Hoàn tác được đến { $until }. Em nào đã có thay đổi từ khi chuyển thì giữ nguyên.
rollover-undo = Hoàn tác
rollover-over = Đã quá 7 ngày nên không hoàn tác được nữa.
rollover-kept = Những em này đã có thay đổi sau ngày chuyển nên không được hoàn tác:
rollover-class-title = Lớp { $code }
rollover-nobody = Lớp không còn học sinh nào.
rollover-of = Sang năm của { $name }
rollover-with-class = Theo lớp
rollover-repeats = Lưu ban
rollover-leaves = Thôi học
rollover-joins = Lớp { $code }
rollover-save = Lưu
rollover-whole = Cả lớp
rollover-name = Tên lớp năm sau
rollover-name-hint = Chỉ dùng khi lớp lên lớp.
rollover-bad-name = Tên lớp cần 1 đến 40 ký tự, có chữ hoặc số.

merge-title = Gộp hai hồ sơ của một người
merge-lead = Khi một người có hai hồ sơ: chọn hồ sơ giữ lại, hồ sơ kia nhập vào đó.
merge-other = Mã định danh của hồ sơ kia
merge-other-hint = Mã định danh ngành hoặc mã tạm, ghi đủ.
merge-kept = Giữ lại
merge-gone = Nhập vào, rồi không còn
merge-what = Điều sẽ xảy ra
merge-effect = Mã, nơi học và nơi công tác, lớp và lịch sử của cả hai về một hồ sơ. Mật khẩu của hồ sơ giữ lại vẫn dùng; hồ sơ kia bị đăng xuất khỏi mọi nơi, mã của nó vẫn đăng nhập được.
merge-for-good = Không hoàn tác được. Hãy chắc chắn đây là cùng một người.
merge-do = Gộp hai hồ sơ
merge-swap = Giữ hồ sơ kia
merge-done = Đã gộp hai hồ sơ.
merge-missing = Không tìm thấy ai có mã này trong phạm vi của bạn.
merge-same = Đây chính là hồ sơ đang mở.
merge-places = Hai hồ sơ đang là học sinh của hai trường. Hãy cho một bên thôi học hoặc chuyển trường trước.
merge-rights = Hồ sơ sẽ không còn đang có quyền quản trị. Hãy thu quyền trước, hoặc giữ hồ sơ ấy.
merge-suspended = Hồ sơ sẽ không còn đang bị tạm khoá. Hãy mở lại trước.

person-identify = Mã định danh ngành
person-identify-hint = Thay mã tạm tại chỗ. Phiếu đã in với mã tạm vẫn dùng được.
person-identify-do = Ghi mã
person-identified = Đã ghi mã định danh ngành.
person-bad-id = Mã này không đúng dạng, hoặc đã thuộc về người khác. Hãy xem lại từng số.
person-release = Học sinh rời trường
person-release-hint = Chuyển đi: trường khác nhận em trong 30 ngày, tài khoản vẫn dùng. Thôi học: tài khoản tạm ngưng.
person-why-transferred = Chuyển đi
person-why-left = Thôi học
person-release-do = Cho rời trường
person-released = Em đã rời trường.

## API quản trị (/api/v1)
problem-bad-request = Không đọc được yêu cầu
problem-bad-request-detail = Yêu cầu không đúng dạng mà tài liệu OpenAPI mô tả; phần sai được nêu trong errors.
problem-bad-fields = Có trường chưa đúng
problem-bad-fields-detail = Hãy sửa các trường nêu trong errors rồi gửi lại.
problem-token = Cần access token hợp lệ
problem-token-detail = Hãy lấy access token cho tài nguyên /api/v1 và gửi trong header Authorization.
problem-scope = Access token thiếu scope
problem-scope-detail = Hãy lấy access token có scope nêu trong header WWW-Authenticate.
problem-stale = Cần đăng nhập lại
problem-stale-detail = Việc này chỉ làm được trong 5 phút sau khi đăng nhập. Hãy cho người dùng đăng nhập lại với max_age=300; một dịch vụ thì lấy token mới bằng khóa riêng hoặc chứng thư.
problem-role = Vai trò không cho phép
problem-role-detail = Vai trò của người gọi không cho phép làm việc này ở đây.
problem-oneself = Không tự làm cho mình
problem-oneself-detail = Việc này phải do người khác làm.
problem-upward = Người này có quyền cao hơn
problem-upward-detail = Người này giữ quyền quản trị mà người gọi không có.
problem-held = Đã bị nơi khác tạm khóa
problem-held-detail = Chỉ nơi đã tạm khóa tài khoản, hoặc quản trị ngành, mới mở lại được.
problem-not-found = Không tìm thấy
problem-not-found-detail = Không có gì ở địa chỉ này, hoặc nằm ngoài phạm vi của người gọi.
problem-method = Không có thao tác này
problem-method-detail = Địa chỉ này không nhận phương thức đó; header Allow cho biết những phương thức nhận được.
problem-conflict = Hiện không làm được việc này
problem-conflict-detail = Trạng thái hiện tại không cho phép. Hãy đọc lại rồi quyết định.
problem-too-large = Nội dung quá lớn
problem-too-large-detail = Yêu cầu được dài tối đa 64 KB, trừ tệp nhập dữ liệu.
problem-media-type = Sai loại nội dung
problem-media-type-detail = Hãy gửi application/json, không nén.
problem-unavailable = Tạm thời chưa phục vụ được
problem-unavailable-detail = Không có gì sai trong yêu cầu; hãy gửi lại sau số giây nêu trong Retry-After.
problem-fault = Máy chủ gặp lỗi
problem-fault-detail = Hãy báo mã hỗ trợ cho người vận hành máy chủ.
problem-short-tail = Cần ít nhất 4 ký tự cuối của mã định danh.
problem-wrong-page = after phải là next của trang trước; limit từ 1 đến 200.
problem-under-way = Yêu cầu này đang được làm
problem-under-way-detail = Yêu cầu với Idempotency-Key này đang được làm; hãy gửi lại sau vài giây.
problem-key-used = Khóa đã dùng cho yêu cầu khác
problem-key-used-detail = Mỗi yêu cầu cần một Idempotency-Key riêng.
problem-slow = Sai quá nhiều lần
problem-slow-detail = Có quá nhiều cặp mã định danh và ngày sinh không đúng; hãy thử lại sau.
problem-key = Idempotency-Key phải dài từ 16 đến 128 ký tự, và chỉ có một.
problem-no-body = Yêu cầu này không có nội dung.
problem-reason = Hãy ghi lý do, tối đa 200 ký tự.
problem-sector-id = Mã định danh không đúng dạng hoặc không dùng được.
problem-no-pupil = Không có học sinh nào với mã định danh và ngày sinh này.
problem-pupil-here = Học sinh đã ở trường này.
problem-no-school = Không có trường này trong phạm vi của người gọi, hoặc trường đã đóng.
problem-school-closed = Trường xin học sinh đã đóng.
problem-changed = Đã thay đổi từ lúc đọc
problem-changed-detail = Hãy đọc lại, xem điều gì đã đổi, rồi gửi lại với ETag mới trong If-Match.
problem-no-condition = Cần If-Match
problem-no-condition-detail = Hãy gửi ETag của lần đọc gần nhất trong header If-Match.
problem-part = Biểu mẫu không có phần này ở đây; school và year đứng trước files.
problem-which-school = Hãy cho biết mã trường.
problem-year = Năm học viết như 2026-2027.
problem-address = Cần một địa chỉ https đầy đủ.
problem-keep-hours = keep_hours từ 0 đến 720.
problem-taken = Mã hoặc địa chỉ này đã thuộc một ứng dụng khác.
problem-no-object = Nội dung phải là một đối tượng JSON.
