//! Routes whose handlers have one type.
//!
//! axum makes five services around the own type of each handler, and the compiler proves of each of them, for each
//! handler, that it may go from thread to thread: with two hundred handlers that was a third of the time that the
//! program takes to build. Here a handler's own type ends where it is called.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    handler::Handler,
    response::Response,
    routing::{self, MethodFilter, MethodRouter},
};
use futures_util::future::BoxFuture;

use super::Shared;

/// The answer to a request, under way.
type Answer = BoxFuture<'static, Response>;

/// Any handler.
#[derive(Clone)]
struct Erased(Arc<dyn Fn(Request, Shared) -> Answer + Send + Sync>);

impl Erased {
    fn of<H: Handler<T, Shared>, T: 'static>(handler: H) -> Self {
        Self(Arc::new(move |request, sv| Box::pin(handler.clone().call(request, sv))))
    }
}

impl Handler<(), Shared> for Erased {
    type Future = Answer;

    fn call(self, request: Request, sv: Shared) -> Answer {
        (self.0)(request, sv)
    }
}

/// What answers at a path, by the method.
pub(super) struct Methods(MethodRouter<Shared>);

/// Functions that begin with a method, and methods of [`Methods`] that add one.
macro_rules! methods {
    (begin $($name:ident $method:ident),+; add $($more:ident $another:ident),+) => {
        $(#[doc = concat!("What answers to ", stringify!($method), ".")]
        pub(super) fn $name<H: Handler<T, Shared>, T: 'static>(handler: H) -> Methods {
            Methods(routing::on(MethodFilter::$method, Erased::of(handler)))
        })+

        impl Methods {
            $(#[doc = concat!("Adds what answers to ", stringify!($another), ".")]
            pub(super) fn $more<H: Handler<T, Shared>, T: 'static>(self, handler: H) -> Self {
                Self(self.0.on(MethodFilter::$another, Erased::of(handler)))
            })+
        }
    };
}
methods!(begin get GET, post POST, put PUT; add post POST, put PUT, patch PATCH, delete DELETE, options OPTIONS);

/// What answers to every method.
pub(super) fn any<H: Handler<T, Shared>, T: 'static>(handler: H) -> Methods {
    Methods(routing::any(Erased::of(handler)))
}

impl Methods {
    /// With a layer, or whatever else a path of axum takes.
    pub(super) fn with(self, change: impl FnOnce(MethodRouter<Shared>) -> MethodRouter<Shared>) -> Self {
        Self(change(self.0))
    }
}

/// Paths with what answers there.
#[derive(Default)]
pub(super) struct Routes(Router<Shared>);

impl Routes {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn route(self, path: &str, methods: Methods) -> Self {
        Self(self.0.route(path, methods.0))
    }

    /// As axum has them, for what concerns all of them.
    pub(super) fn router(self) -> Router<Shared> {
        self.0
    }
}
