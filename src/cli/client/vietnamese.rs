//! What is wrong with an app, in Vietnamese; the English is said where it is decided.

use crate::{
    admin::clients::ClientError,
    protocol::{frontchannel::BadFrontChannel, redirect::BadRedirect, registration::RegistrationProblem, scope::KNOWN},
};

pub(super) fn error(error: &ClientError) -> String {
    match error {
        ClientError::Registration(problems) => problems.iter().map(problem).collect::<Vec<_>>().join("\n"),
        ClientError::Taken(id) => format!("đã có ứng dụng mang mã {id}; hãy cho mã khác bằng --client-id"),
        ClientError::Served(resource, by) => format!("{resource} đã là địa chỉ của ứng dụng {by}"),
        ClientError::Unknown(id) => format!("không có ứng dụng nào mang mã {id}; `phuong client list` cho xem tất cả"),
        ClientError::NoService(id) => {
            format!("{id} không phải là dịch vụ tự chứng minh được mình: chỉ dịch vụ như thế mới được quản trị")
        }
        ClientError::Changed(id) => format!("{id} vừa được người khác sửa"),
        ClientError::NoSecret(id, method) => format!("{id} không có mã bí mật: nó tự chứng minh bằng {method}"),
        ClientError::Own(id) => format!(
            "{id} tự đăng ký và tự quản lý; những gì các ứng dụng như thế được hỏi nằm ở oauth.dynamic.scopes, còn \
             `phuong client disable` tắt một ứng dụng"
        ),
        ClientError::Store(error) => format!("cơ sở dữ liệu báo lỗi: {error}"),
    }
}

fn problem(problem: &RegistrationProblem) -> String {
    match problem {
        RegistrationProblem::NoName => "ứng dụng cần có tên".to_owned(),
        RegistrationProblem::ClientId => {
            "mã ứng dụng chỉ gồm chữ không dấu, chữ số và . _ -, dài 1 đến 100 ký tự; hãy cho mã bằng --client-id"
                .to_owned()
        }
        RegistrationProblem::NoRedirectUri(kind) => format!("ứng dụng loại {kind} cần ít nhất một --redirect-uri"),
        RegistrationProblem::Resource(resource) => {
            format!("--resource {resource}: phải là địa chỉ đầy đủ, không có phần sau dấu #")
        }
        RegistrationProblem::NoSchool => "bảng lớp học cần --at-school: mã trường nơi đặt bảng".to_owned(),
        RegistrationProblem::IdleSchool => {
            "--at-school chỉ dùng với --kind board; các trường được dùng ứng dụng thì cho bằng --school".to_owned()
        }
        RegistrationProblem::BoardWithRedirect => {
            "bảng lớp học không có --redirect-uri: người dùng mở bảng bằng điện thoại".to_owned()
        }
        RegistrationProblem::ServiceWithRedirect => {
            "ứng dụng loại service không có --redirect-uri: không ai đăng nhập vào nó".to_owned()
        }
        RegistrationProblem::RedirectUri(bad) => format!("địa chỉ {}", redirect(bad)),
        RegistrationProblem::PostLogoutUri(bad) => format!("--post-logout-redirect-uri {}", redirect(bad)),
        RegistrationProblem::Address(name) => {
            format!("{name} phải là địa chỉ https (http chỉ cho localhost)")
        }
        RegistrationProblem::FrontChannel(BadFrontChannel::Address) => {
            "--frontchannel-logout-uri phải là địa chỉ https (http chỉ cho localhost)".to_owned()
        }
        RegistrationProblem::FrontChannel(BadFrontChannel::Origin) => {
            "--frontchannel-logout-uri phải cùng giao thức, máy chủ và cổng với một --redirect-uri".to_owned()
        }
        RegistrationProblem::AuthMethod(method) => format!("--auth-method {method} không hợp với loại ứng dụng này"),
        RegistrationProblem::NoKeys => "private_key_jwt và self_signed_tls_client_auth cần --jwks-uri".to_owned(),
        RegistrationProblem::NoCertificate => "tls_client_auth cần --certificate".to_owned(),
        RegistrationProblem::IdleCertificate(method) => {
            format!("--certificate không dùng vào việc gì với {method}; hãy bỏ, hoặc cho --auth-method tls_client_auth")
        }
        RegistrationProblem::PkceNeeded => {
            "--pkce danger-none chỉ dành cho ứng dụng giữ được bí mật và không theo fapi2".to_owned()
        }
        RegistrationProblem::Fapi(wanted) => format!("--profile fapi2 cần {wanted}"),
        RegistrationProblem::IdleSector => {
            "--sector không dùng vào việc gì với --subject public; hãy bỏ một trong hai".to_owned()
        }
        RegistrationProblem::Scope(scope) => format!("không có scope {scope}; có: {}", KNOWN.join(" ")),
        RegistrationProblem::Role(role) => {
            format!("không có vai trò {role}; có: student teacher staff principal guardian")
        }
    }
}

fn redirect(bad: &BadRedirect) -> String {
    match bad {
        BadRedirect::Malformed(text) => format!("{text}: không phải địa chỉ đầy đủ viết bình thường"),
        BadRedirect::Fragment(text) => format!("{text}: không được có phần sau dấu #"),
        BadRedirect::Userinfo(text) => format!("{text}: không được có tên người dùng"),
        BadRedirect::Wildcard(text) => format!("{text}: không được có dấu *; hãy đăng ký từng địa chỉ"),
        BadRedirect::Scheme(text) => {
            format!("{text}: phải là https (http chỉ cho localhost; com.example.app:/… chỉ cho ứng dụng loại native)")
        }
    }
}
