//! `demo`: a generated city from files to an approved plan, through the same use-cases as real data. The same call
//! again finds everything done; on a later day it plans that day; a call that was cut short goes on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use dozor_city::{CityConfig, CityProgress, CityRequest, generate};
use dozor_domain::{Clock, DecisionId, UserId};
use dozor_store::{Location, StoreError, User, UserState};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::accounts::hash_password;
use crate::approving::{Approval, ApproveReport};
use crate::demo_folder::CityFolder;
use crate::dozor::{Dozor, blocking};
use crate::error::AppError;
use crate::leases::Holders;
use crate::loading::Loaded;
use crate::pack::read_pack;
use crate::planning::{PlanCall, PlanReport, SearchLimit, read_date};
use crate::progress::Progress;
use crate::second_looks::lot_of_demo;
use crate::settling::SettleReport;
use crate::setup::init;
use crate::training::Promotion;

/// Password of every demo login: the demo is no secret, and it listens on this machine only.
pub const DEMO_PASSWORD: &str = "dozor-demo";
const PACK: &str = "moscow";
const OFFICIAL: &str = "Руководитель (демо)";
/// Days between the categories that the demo's official decided and the day of the demo: what changed since then is
/// the batch that waits for a decision.
const DECIDED_DAYS_AGO: i64 = 7;

/// Is what a demo is made of.
#[derive(Clone, Debug)]
pub struct DemoRequest {
    /// Objects of control.
    pub objects: u32,
    /// Seed of the city and of the plans.
    pub seed: u64,
    /// The demo's today; none = the clock's.
    pub date: Option<String>,
    /// Years of history.
    pub history_years: u8,
}

/// Makes what only the edge may make.
#[derive(Clone, Copy)]
pub struct DemoEdge<'a> {
    /// Gives a fresh id.
    pub new_id: &'a (dyn Fn() -> [u8; 16] + Send + Sync),
    /// Names holders of leases.
    pub holders: &'a Arc<dyn Holders>,
}

/// Says what the demo did.
#[derive(Clone, Debug, Serialize)]
pub struct DemoReport {
    /// The planned day: the demo's today, or the first working day after it.
    pub date: String,
    /// The demo's today when it is a day off: nobody is on duty, so the next working day is planned.
    pub day_off: Option<String>,
    /// What was done: `made`, `planned` a later day, or `nothing`.
    pub done: &'static str,
    /// Objects of the city.
    pub objects: u64,
    /// Number of assessments by category code, as of the last run.
    pub categories: std::collections::BTreeMap<String, u64>,
    /// What became of the tasks of past days.
    pub settled: SettleReport,
    /// The day's plan.
    pub plan: Option<PlanReport>,
    /// Its orders and tasks.
    pub approved: Option<ApproveReport>,
    /// Logins, one a role.
    pub logins: Vec<(String, String)>,
}

/// What a demo folder was made with; kept in the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Made {
    objects: u32,
    seed: u64,
    date: String,
    history_years: u8,
    /// The last today for which everything was done.
    planned: Option<String>,
    /// The working day that was planned then: what the pages call today.
    #[serde(default)]
    work_day: Option<String>,
}

pub(crate) const MADE: &str = "demo";

/// Makes, continues or reopens a demo in the folder `data`.
///
/// # Errors
/// [`AppError::DemoOtherParameters`], [`AppError::NotADemo`]; those of each step.
pub async fn demo(
    (location, data): (&Location, &Path),
    request: &DemoRequest,
    clock: Arc<dyn Clock>,
    edge: DemoEdge<'_>,
    progress: &dyn Progress,
) -> Result<DemoReport, AppError> {
    // A date that is none ends the call before anything is created.
    let wished = request.date.as_deref().map(read_date).transpose()?;
    let holders = Arc::clone(edge.holders);
    let dozor = match Dozor::open(location, Arc::clone(&clock)).await {
        Ok(dozor) => dozor,
        Err(AppError::Store(StoreError::Missing { .. } | StoreError::NotInitialised { .. })) => {
            init(location, read_pack(PACK)?, Arc::clone(&clock)).await?;
            Dozor::open(location, clock).await?
        }
        Err(other) => return Err(other),
    }
    .with_holders(holders);
    let done = dozor.made_or_reopened(wished, data, request, edge, progress).await;
    dozor.store.close().await;
    done
}

impl Dozor {
    async fn made_or_reopened(
        &self,
        wished: Option<Date>,
        data: &Path,
        request: &DemoRequest,
        edge: DemoEdge<'_>,
        progress: &dyn Progress,
    ) -> Result<DemoReport, AppError> {
        self.store.expect_pack(PACK).await?;
        let today = match wished {
            Some(day) => day,
            None => self.clock_day()?,
        };
        let work_day = self.methodology.manifest.calendar.next_working(today).unwrap_or(today);
        let (made, is_new) = self.demo_made(request, today).await?;
        let mut report = DemoReport {
            date: work_day.to_string(),
            day_off: (work_day != today).then(|| today.to_string()),
            done: if is_new { "made" } else { "nothing" },
            objects: 0,
            categories: std::collections::BTreeMap::new(),
            settled: SettleReport::default(),
            plan: None,
            approved: None,
            logins: Vec::new(),
        };
        let (mut current, mut loaded) = (self.clone(), None);
        if made.planned.is_none() {
            report.done = "made";
            self.keep_lot(request.seed).await?;
            // Versions come into force by people: they are there first.
            self.make_logins(edge).await?;
            let held;
            (current, held) = self.make_city(&made, data, progress).await?;
            loaded = Some(held);
        }
        if made.planned != Some(today.to_string()) {
            if made.planned.is_some() {
                report.done = "planned";
            }
            // From here on the demo stands on the new day: what is left of the old one is over.
            let made = Made { work_day: Some(work_day.to_string()), ..made };
            current.write_made(&made).await?;
            let as_of = current.instant(&today.to_string())?;
            let scored = current.score(as_of, "demo", progress).await?;
            (report.categories, report.settled) = (scored.categories, scored.settled);
            // Planning reads little of the city: what scoring read is let go.
            drop(loaded);
            current.plan_demo_day(&made, [today, work_day], progress, &mut report).await?;
        }
        let logins = self.methodology.manifest.demo_logins.iter();
        report.logins = logins.map(|login| (login.login.clone(), login.role.clone())).collect();
        report.objects = self.store.object_counts().await?.iter().map(|(_, count)| count).sum();
        Ok(report)
    }

    /// Returns the day that a demo stands on, whatever the clock says: the pages and the approval of plans call it
    /// today, so that a demo of another date is as usable as one of this day. None when this is no demo.
    ///
    /// # Errors
    /// [`AppError::NotADemo`] when what the database says of itself is damaged; the store's.
    pub async fn demo_day(&self) -> Result<Option<Date>, AppError> {
        let Some(text) = self.store.meta(MADE).await? else { return Ok(None) };
        let made: Made = serde_json::from_str(&text).map_err(|_| AppError::NotADemo)?;
        self.day(&made.work_day.unwrap_or(made.date)).map(Some)
    }

    /// Reads with what the folder was made, or writes it down when it is fresh.
    async fn demo_made(&self, request: &DemoRequest, today: Date) -> Result<(Made, bool), AppError> {
        let wanted = Made {
            objects: request.objects,
            seed: request.seed,
            date: today.to_string(),
            history_years: request.history_years,
            planned: None,
            work_day: None,
        };
        let Some(text) = self.store.meta(MADE).await? else {
            if !self.store.packages(None, 1).await?.is_empty() {
                return Err(AppError::NotADemo);
            }
            self.write_made(&wanted).await?;
            return Ok((wanted, true));
        };
        let found: Made = serde_json::from_str(&text).map_err(|_| AppError::NotADemo)?;
        let same = (found.objects, found.seed, found.history_years)
            == (wanted.objects, wanted.seed, wanted.history_years);
        let later = self.day(&found.date)? <= today;
        if same && later {
            return Ok((found, false));
        }
        let words = |made: &Made| {
            format!(
                "--objects {} --seed {} --history-years {} on {}",
                made.objects, made.seed, made.history_years, made.date
            )
        };
        Err(AppError::DemoOtherParameters { found: words(&found), wanted: words(&wanted) })
    }

    async fn keep_lot(&self, seed: u64) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        lot_of_demo(seed).keep(&mut tx).await?;
        tx.audit(self.audit("demo", "keep_lot", PACK, &json!({})));
        tx.commit().await?;
        Ok(())
    }

    async fn write_made(&self, made: &Made) -> Result<(), AppError> {
        let mut tx = self.store.begin().await?;
        tx.set_meta(MADE, &json!(made).to_string()).await?;
        tx.audit(self.audit("system", "demo", PACK, &json!(made)));
        tx.commit().await?;
        Ok(())
    }

    /// Generates the city's files, ingests them, trains, takes the version with the scorecard into force, scores and
    /// decides the categories of a week ago. Returns the installation under that version, and what it loaded: whoever
    /// keeps it spares the next run a load.
    async fn make_city(
        &self,
        made: &Made,
        data: &Path,
        progress: &dyn Progress,
    ) -> Result<(Self, Arc<Loaded>), AppError> {
        let date = self.day(&made.date)?;
        let config = self.methodology.files.get("city.toml");
        let text = config.ok_or_else(|| AppError::PackFileMissing { file: "city.toml".to_owned() })?.clone();
        let manifest = Arc::clone(&self.methodology.manifest);
        let request =
            CityRequest { objects: made.objects, seed: made.seed, date, history_years: made.history_years };
        progress.stage("generate the city", Some(u64::from(made.objects)));
        let parent = data.to_owned();
        let (folder, summary) = blocking("the city", move || -> Result<_, AppError> {
            let config = CityConfig::parse(&text)?;
            let name = format!(".dozor-city-{}-{}-{}", request.objects, request.seed, request.date);
            let folder = CityFolder::take(&parent, &name)?;
            let summary = generate(&config, &manifest, &request, folder.path(), &mut |_: CityProgress| ())?;
            Ok((folder, summary))
        })
        .await??;
        for file in &summary.files {
            self.ingest(&file.source, Some(date), std::slice::from_ref(&file.path), "demo", progress).await?;
        }
        // First what the visits of its history refuted: training and scoring then read one load, for nothing is written
        // between them.
        self.settle_tasks(self.today().await?, "demo").await?;
        let loaded = self.load(&[], progress).await?;
        let as_of = self.instant(&made.date)?;
        let decided_as_of = as_of.plus_days(-DECIDED_DAYS_AGO);
        self.train(decided_as_of, Promotion::Challenger, "demo", progress).await?;
        let current = self.with_card_version(progress).await?;
        let run = current.score(decided_as_of, "demo", progress).await?;
        if run.proposed > 0 && self.store.decisions(1).await?.is_empty() {
            let decision = crate::deciding::Decision {
                id: DecisionId::derive(&[b"demo", run.run.as_bytes()]),
                order_number: format!("{}-ОК/1", date.year()),
                official: OFFICIAL.to_owned(),
                run: Some(run.run),
            };
            current.decide(decision, "demo").await?;
        }
        // The stored packages hold the bytes; the files would only double them.
        let files: Vec<PathBuf> =
            summary.files.into_iter().map(|file| file.path).chain([summary.truth]).collect();
        folder.remove(&files)?;
        Ok((current, loaded))
    }

    async fn make_logins(&self, edge: DemoEdge<'_>) -> Result<(), AppError> {
        let now = self.now();
        for login in &self.methodology.manifest.demo_logins {
            if self.store.user_by_login(&login.login).await?.is_some() {
                continue;
            }
            let salt = (edge.new_id)();
            let password_hash = blocking("a password", move || hash_password(DEMO_PASSWORD, &salt)).await??;
            let user = User {
                id: UserId::from_bytes((edge.new_id)()),
                login: login.login.clone(),
                name: login.name.clone(),
                role: login.role.clone(),
                staff: login.staff.clone(),
                password_hash,
                state: UserState::Active,
                created_at: now,
                changed_at: now,
            };
            let mut tx = self.store.begin().await?;
            tx.insert_user(&user).await?;
            tx.audit(self.audit("demo", "insert_user", &user.login, &json!({ "role": user.role })));
            tx.commit().await?;
        }
        Ok(())
    }

    /// Plans the working day and approves its plan, and proposes the next working day's plan.
    async fn plan_demo_day(
        &self,
        made: &Made,
        [today, work_day]: [Date; 2],
        progress: &dyn Progress,
        report: &mut DemoReport,
    ) -> Result<(), AppError> {
        let call = |date: Date| PlanCall {
            date: date.to_string(),
            seed: made.seed,
            iterations: None,
            limit: SearchLimit::default(),
        };
        let plan = match self.store.plan_head(&work_day.to_string()).await? {
            Some(_) => None,
            None => Some(self.plan(&call(work_day), "demo", progress).await?.report),
        };
        if let Some(plan) = plan {
            let approval = Approval { plan: plan.plan, parent: None, by: OFFICIAL.to_owned() };
            report.approved = Some(self.approve_plan(approval, "demo").await?);
            report.plan = Some(plan);
        }
        let next =
            work_day.tomorrow().ok().and_then(|day| self.methodology.manifest.calendar.next_working(day));
        if let Some(next) = next {
            self.plan(&call(next), "demo", progress).await?;
        }
        self.write_made(&Made { planned: Some(today.to_string()), ..made.clone() }).await
    }
}
