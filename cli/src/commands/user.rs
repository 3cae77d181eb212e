//! `user`: who may log in. Passwords come from the terminal without echo, or as one line of stdin; never from the
//! arguments, which every process of the machine can read.

use std::io::{BufRead, IsTerminal};

use console::Term;
use dozor_app::{NewUser, Password, UserRow, UserState};
use dozor_domain::UserId;

use super::{Session, usage};
use crate::args::{UserCommand, UserLogin};
use crate::edge;
use crate::output::{Done, Failure};

/// Runs one of the subcommands.
pub(super) async fn run(session: &Session, command: UserCommand) -> Result<Done, Failure> {
    match command {
        UserCommand::Add { data, login, role, name, staff } => {
            let dozor = session.open(&data).await?;
            let password = read_password()?;
            let name = name.unwrap_or_else(|| login.clone());
            let id = UserId::new(edge::new_id());
            let new = NewUser { id, login, name, role, staff, password };
            let row = dozor.add_user(new, *edge::new_id().as_bytes(), "cli").await?;
            Ok(done(&row, "added"))
        }
        UserCommand::Password(UserLogin { data, login }) => {
            let dozor = session.open(&data).await?;
            let password = read_password()?;
            let salt = *edge::new_id().as_bytes();
            Ok(done(&dozor.change_password(&login, password, salt, "cli").await?, "has another password"))
        }
        UserCommand::Block(UserLogin { data, login }) => {
            let dozor = session.open(&data).await?;
            Ok(done(&dozor.set_user_state(&login, UserState::Blocked, "cli").await?, "blocked"))
        }
        UserCommand::Unblock(UserLogin { data, login }) => {
            let dozor = session.open(&data).await?;
            Ok(done(&dozor.set_user_state(&login, UserState::Active, "cli").await?, "may log in again"))
        }
        UserCommand::List { data } => {
            let rows = session.open(&data).await?.user_rows().await?;
            let line = |row: &UserRow| {
                let staff = row.staff.as_deref().unwrap_or("–");
                format!("{:20} {:16} {:8} {staff:12} {}\n", row.login, row.role, row.state, row.name)
            };
            Ok(Done::clean(&rows, rows.iter().map(line).collect()))
        }
    }
}

fn done(row: &UserRow, what: &str) -> Done {
    Done::clean(row, format!("{} ({}): {what}", row.login, row.role))
}

/// Asks at the terminal without echo, or reads the first line of stdin.
fn read_password() -> Result<Password, Failure> {
    let unread = |_| usage("PASSWORD_UNREAD", "reading the password");
    let text = if std::io::stdin().is_terminal() {
        let term = Term::stderr();
        term.write_str("password: ").map_err(unread)?;
        term.read_secure_line().map_err(unread)?
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unread)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    Ok(Password::new(text)?)
}
