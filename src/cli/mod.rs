//! The command line: one file per command. Results on stdout, progress and logs on stderr.
//!
//! A new command is a `mod` line, a variant of [`Command`], an arm of [`Command::run`], and its words in `vietnamese`.

mod audit;
mod badges;
mod client;
mod correct;
mod demo;
mod export;
mod failure;
mod grant;
mod import;
mod init;
mod keys;
mod migrate;
mod output;
mod progress;
mod read_file;
mod rollover;
mod sample;
mod serve;
mod slips;
mod usage;
mod user;
mod vietnamese;

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use failure::Exit;
use failure::Failure;
use output::Output;

use crate::{
    base::thread::step_back,
    config::{Config, Log, Sources},
    i18n::Locale,
    telemetry,
};

/// The sign-in of a whole school sector: an OpenID Connect provider.
#[derive(Debug, Parser)]
#[command(name = "phuong", version, about, disable_help_subcommand = true)]
struct Cli {
    /// The configuration file [default: ./phuong.toml].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print exactly one JSON value.
    #[arg(long, global = true)]
    json: bool,
    /// The language of messages.
    #[arg(long, global = true, value_parser = ["vi", "en"], default_value = "vi")]
    lang: String,
    /// Log more.
    #[arg(short, long, global = true)]
    verbose: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// A provider, a sample sector and three relying apps, at once.
    Demo(demo::Args),
    /// Write a configuration, create keys, migrate.
    Init(init::Args),
    /// Run the server.
    Serve(serve::Args),
    /// Bring the database's schema up to date.
    Migrate,
    /// A synthetic sector as the files an administrator would bring.
    Sample(sample::Args),
    /// Bring schools, people and classes from files; a dry run unless told to write.
    Import(import::Args),
    /// Print activation slips for a school or a class.
    Slips(slips::Args),
    /// Print badges for a school, a class or some people, or void one.
    Badges(badges::Args),
    /// Take people away as files: lists, OneRoster, Microsoft School Data Sync.
    #[command(subcommand)]
    Export(export::Action),
    /// Register and manage relying apps.
    #[command(subcommand)]
    Client(client::Action),
    /// Find people; issue codes, suspend, resume; give administrative roles.
    #[command(subcommand)]
    User(user::Action),
    /// Take schools into the next year: promotions, repeaters, leavers.
    #[command(subcommand)]
    Rollover(rollover::Action),
    /// List or rotate the signing keys.
    #[command(subcommand)]
    Keys(keys::Action),
    /// Check the audit trail, or write it to a file.
    #[command(subcommand)]
    Audit(audit::Action),
    /// Read a workbook apart, for another process of this program.
    #[command(hide = true)]
    ReadFile(read_file::Args),
}

impl Command {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Demo(args) => demo::run(context, args).await,
            Self::Init(args) => init::run(context, args).await,
            Self::Serve(args) => serve::run(context, args).await,
            Self::Migrate => migrate::run(context).await,
            Self::Sample(args) => sample::run(context, &args),
            Self::Import(args) => import::run(context, args).await,
            Self::Slips(args) => slips::run(context, args).await,
            Self::Badges(args) => badges::run(context, args).await,
            Self::Export(action) => Box::pin(export::run(context, action)).await,
            Self::Client(action) => client::run(context, action).await,
            Self::User(action) => user::run(context, action).await,
            Self::Rollover(action) => rollover::run(context, action).await,
            Self::Keys(action) => keys::run(context, action).await,
            Self::Audit(action) => audit::run(context, action).await,
            // Done before there was a runtime: see `main`.
            Self::ReadFile(_) => Ok(()),
        }
    }
}

impl Command {
    /// Whether it is long work that whoever signs in beside it must not feel.
    const fn is_bulk(&self) -> bool {
        matches!(
            self,
            Self::Import(_) | Self::Rollover(_) | Self::Export(_) | Self::Slips(_) | Self::Badges(_) | Self::Sample(_)
        )
    }
}

/// What every command is given.
struct Context {
    sources: Sources,
    out: Output,
    verbose: bool,
}

impl Context {
    /// The configuration, with flags of the command on top; from here on, warnings are logged (all with `-v`).
    fn config(&self, flags: &[(&str, Option<String>)]) -> Result<Config, Failure> {
        let config = self.read(flags)?;
        telemetry::start(&Log { level: self.level("warn"), ..config.log.clone() });
        Ok(config)
    }

    /// As [`Self::config`] for the server, which logs as configured.
    fn server_config(&self, flags: &[(&str, Option<String>)]) -> Result<Config, Failure> {
        let config = self.read(flags)?;
        telemetry::start(&Log { level: self.level(&config.log.level), ..config.log.clone() });
        Ok(config)
    }

    fn read(&self, flags: &[(&str, Option<String>)]) -> Result<Config, Failure> {
        let mut sources = self.sources.clone();
        let given = flags.iter().filter_map(|(key, value)| Some(((*key).to_owned(), value.clone()?)));
        sources.flags.extend(given);
        Ok(Config::read(&sources)?)
    }

    fn level(&self, otherwise: &str) -> String {
        if self.verbose { "debug" } else { otherwise }.to_owned()
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let (locale, json) = usage::asked_for(&arguments);
    let out = Output { json, locale };
    let matches = usage::in_language(Cli::command(), locale).try_get_matches_from(&arguments);
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        // Help and version are answers, not failures; clap knows where they go.
        Err(asked) if !asked.use_stderr() => asked.exit(),
        Err(wrong) => return out.failed(&usage::refused(&wrong, &arguments)),
    };
    let out = Output { json: cli.json, locale: Locale::of(&cli.lang).unwrap_or_default() };
    if let Command::ReadFile(args) = &cli.command {
        // Before any thread takes of its little memory.
        return read_file::run(args);
    }
    let context = Context {
        sources: Sources {
            file_required: cli.config.is_some(),
            file: cli.config.unwrap_or_else(|| PathBuf::from("phuong.toml")),
            environment: environment(),
            flags: Vec::new(),
        },
        out,
        verbose: cli.verbose,
    };
    if cli.command.is_bulk() {
        step_back();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return out.failed(&error.into()),
    };
    match runtime.block_on(cli.command.run(&context)) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => out.failed(&failure),
    }
}

/// Our variables. Others may hold what is not text, which must not stop us.
fn environment() -> Vec<(String, String)> {
    let ours = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    ours.filter(|(name, _)| name.starts_with("PHUONG_"))
        .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
        .collect()
}

/// A new file that only its owner may read.
fn new_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Writes a new file, for its owner alone: a configuration may hold the database's password.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = new_file(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
