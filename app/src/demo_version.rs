//! The demo's second version: packs/moscow with its published scorecard, taken into force by the people whom the law
//! wants for it, through the same use-cases as any version. One step back brings the rules alone again.

use dozor_domain::MethodologyStage;

use crate::dozor::Dozor;
use crate::error::AppError;
use crate::pack::{methodology_hash, read_pack};
use crate::progress::Progress;

/// The pack with its scorecard.
const CARD_PACK: &str = "moscow-scorecard";
/// Logins of the demo: who writes, who vouches, who approves.
const AUTHOR: &str = "methodologist";
const LAWYER: &str = "lawyer";
const UNIT_HEAD: &str = "unit_head";
const HEAD: &str = "head";
const REASON: &str =
    "Балльная карта опубликована вместе с методикой и поднимает группу вероятности не более чем на одну";

impl Dozor {
    /// Takes the version with the scorecard into force and returns the installation under it. A call that was cut short
    /// goes on where it stopped.
    ///
    /// # Errors
    /// Those of each step of a version.
    pub(crate) async fn with_card_version(&self, progress: &dyn Progress) -> Result<Self, AppError> {
        let files = read_pack(CARD_PACK)?;
        let hash = methodology_hash(&files);
        let (author, lawyer) = (self.actor(AUTHOR).await?, self.actor(LAWYER).await?);
        if self.store.methodology(&hash).await?.is_none() {
            self.draft_version(files, &author).await?;
        }
        loop {
            let life = self.version_report(&hash).await?.life;
            match life.stage {
                MethodologyStage::Draft => {
                    self.check_version(&hash, &author).await?;
                }
                MethodologyStage::Checked => {
                    self.submit_version(&hash, &author).await?;
                }
                MethodologyStage::InReview => {
                    self.sign_version(&hash, &lawyer).await?;
                }
                MethodologyStage::LawyerSigned => {
                    // How many must agree depends on how many objects move: the head's word is the last one.
                    let next = if life.approvals.is_empty() { UNIT_HEAD } else { HEAD };
                    self.approve_version(&hash, REASON, &self.actor(next).await?, progress).await?;
                }
                MethodologyStage::Approved => {
                    let head = self.actor(HEAD).await?;
                    self.activate_version(&hash, &head).await?;
                }
                MethodologyStage::Scheduled { .. }
                | MethodologyStage::Active
                | MethodologyStage::Superseded
                | MethodologyStage::Rejected { .. } => return self.refreshed().await,
            }
        }
    }
}
