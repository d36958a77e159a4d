//! The command line: one file per command. Results on stdout, progress and logs on stderr.

mod client;
mod demo;
mod init;
mod keys;
mod migrate;
mod output;
mod sample;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use output::Exit;
use output::{Failure, Output};

use crate::{
    config::{Config, Sources},
    i18n::Locale,
};

/// Phượng: the sign-in of a whole school sector.
#[derive(Debug, Parser)]
#[command(name = "phuong", version, about, disable_help_subcommand = true)]
struct Cli {
    /// The configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print one JSON value.
    #[arg(long, global = true)]
    json: bool,
    /// The language of messages: vi or en.
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
    /// Register and manage relying apps.
    #[command(subcommand)]
    Client(client::Action),
    /// List or rotate the signing keys.
    #[command(subcommand)]
    Keys(keys::Action),
}

/// What every command is given.
struct Context {
    sources: Sources,
    out: Output,
    verbose: bool,
}

impl Context {
    /// The configuration, with flags of the command on top.
    fn config(&self, flags: &[(&str, Option<String>)]) -> Result<Config, Failure> {
        let mut sources = self.sources.clone();
        let given = flags.iter().filter_map(|(key, value)| Some(((*key).to_owned(), value.clone()?)));
        sources.flags.extend(given);
        Config::read(&sources).map_err(|mistakes| Failure::new(Exit::Configuration, mistakes.to_string()))
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let locale = Locale::of(&cli.lang).unwrap_or_default();
    let context = Context {
        sources: Sources {
            file_required: cli.config.is_some(),
            file: cli.config.unwrap_or_else(|| PathBuf::from("phuong.toml")),
            environment: std::env::vars().collect(),
            flags: Vec::new(),
        },
        out: Output { json: cli.json, locale },
        verbose: cli.verbose,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return context.out.failed(&Failure::new(Exit::Unexpected, error.to_string())),
    };
    let outcome = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(&context, args).await,
            Command::Init(args) => init::run(&context, args).await,
            Command::Serve(args) => serve::run(&context, args).await,
            Command::Migrate => migrate::run(&context).await,
            Command::Sample(args) => sample::run(&context, args),
            Command::Client(action) => client::run(&context, action).await,
            Command::Keys(action) => keys::run(&context, action).await,
        }
    });
    match outcome {
        Ok(()) => Exit::Done.into(),
        Err(failure) => context.out.failed(&failure),
    }
}
