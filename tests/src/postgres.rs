//! A throw-away PostgreSQL cluster: in a temporary folder, reachable through a socket there and nowhere else.
//! It runs as another user when the tests run as root, because PostgreSQL refuses root.
//!
//! One cluster serves a test process and ends with it, however it ends: a shell holds the server and waits on a
//! pipe whose other end is this process.

use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Superuser of the cluster: there is no password, the folder's rights are the lock.
const ROLE: &str = "dozor";

/// Is a running cluster.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    folder: PathBuf,
    databases: AtomicU32,
    /// Keeps the pipe open; the server ends when it closes.
    _keeper: Child,
}

/// Returns the address of a fresh, empty database, or `None` (said on stderr) where PostgreSQL is not installed.
///
/// # Panics
/// When PostgreSQL is installed and does not start, or when it is not and `DOZOR_TEST_POSTGRES=required`, as
/// `make test` sets it.
pub fn fresh_database() -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| binaries().map(Cluster::start));
    match cluster {
        Some(cluster) => Some(cluster.create_database()),
        None => {
            let required = std::env::var("DOZOR_TEST_POSTGRES").as_deref() == Ok("required");
            assert!(!required, "no PostgreSQL server is installed");
            // Past the capture of the test runner: what did not run is seen.
            drop(writeln!(std::io::stderr(), "skipped: no PostgreSQL server is installed, SQLite only"));
            None
        }
    }
}

/// Returns the folder of the newest installed server's programs: where Debian puts them, else on the path.
fn binaries() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut found: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            let programs = path.join("bin");
            programs.join("initdb").exists().then_some((version, programs))
        })
        .collect();
    found.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = || std::env::split_paths(&path).find(|programs| programs.join("initdb").exists());
    found.pop().map(|(_, programs)| programs).or_else(on_path)
}

/// Returns user and group of whoever may run the server in place of root.
fn substitute() -> (u32, u32, String) {
    let passwd = std::fs::read_to_string("/etc/passwd").expect("reading /etc/passwd");
    let user = |wanted: &str| {
        passwd.lines().find_map(|line| {
            let parts: Vec<_> = line.split(':').collect();
            let (name, uid, gid) = (parts.first()?, parts.get(2)?, parts.get(3)?);
            (*name == wanted).then_some((uid.parse().ok()?, gid.parse().ok()?, wanted.to_owned()))
        })
    };
    user("postgres")
        .or_else(|| user("nobody"))
        .expect("root needs the user postgres or nobody to run the server")
}

impl Cluster {
    fn start(binaries: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("dozor-pg-").tempdir().expect("temporary folder").keep();
        let root = std::fs::metadata(&folder).expect("rights of the temporary folder").uid() == 0;
        let runner = if root {
            let (uid, gid, name) = substitute();
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid)).expect("giving the folder away");
            format!("runuser -u {name} -- ")
        } else {
            String::new()
        };
        // Without fsync: what a test writes need not outlive the machine.
        let script = format!(
            "set -e; cd '{folder}'
             {runner}'{bin}/initdb' -D '{folder}/data' -U {ROLE} -A trust -E UTF8 --locale=C.UTF-8 --no-sync >'{folder}/log' 2>&1
             {runner}'{bin}/postgres' -D '{folder}/data' -k '{folder}' -c listen_addresses= -c fsync=off \
               -c full_page_writes=off -c max_connections=400 >>'{folder}/log' 2>&1 &
             cat >/dev/null || true
             kill -INT $(head -n 1 '{folder}/data/postmaster.pid'); wait || true
             cd /; rm -rf '{folder}'",
            folder = folder.display(),
            bin = binaries.display(),
        );
        let keeper = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A group of its own, so that an interrupt at the terminal does not end the keeper before its work.
            .process_group(0)
            .spawn()
            .expect("starting the server's keeper");
        let cluster = Self { binaries, folder, databases: AtomicU32::new(0), _keeper: keeper };
        cluster.wait_until_ready();
        cluster
    }

    fn wait_until_ready(&self) {
        for _ in 0..600 {
            let ready = Command::new(self.binaries.join("pg_isready"))
                .args(["-q", "-U", ROLE, "-h"])
                .arg(&self.folder)
                .status()
                .expect("running pg_isready");
            if ready.success() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        panic!("the throw-away PostgreSQL server did not start: {log}");
    }

    fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut psql = Command::new(self.binaries.join("psql"))
            .args(["-q", "-v", "ON_ERROR_STOP=1", "-U", ROLE, "-d", "postgres", "-h"])
            .arg(&self.folder)
            .stdin(Stdio::piped())
            .spawn()
            .expect("running psql");
        let mut input = psql.stdin.take().expect("input of psql");
        writeln!(input, "create database {name} template template0;").expect("writing to psql");
        drop(input);
        assert!(psql.wait().expect("waiting for psql").success(), "creating a database failed");
        address(&self.folder, &name)
    }
}

fn address(folder: &Path, database: &str) -> String {
    format!("postgres://{ROLE}@localhost/{database}?host={}", folder.display())
}
