//! A small town in the files of packs/chicago, drawn from a seed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{done, text};

/// Objects of the small town.
pub const OBJECTS: u64 = 120;

/// Is a small deterministic generator: SplitMix64.
pub struct Chance(pub u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, usize::try_from(self.below(at as u64 + 1)).unwrap());
        }
    }
}

/// Holds the rows of three files, without their heads.
#[derive(Clone)]
pub struct Town {
    pub establishments: Vec<String>,
    pub inspections: Vec<String>,
    pub visits: Vec<(String, String)>,
}

impl Town {
    /// Draws a town: a third of the objects violates often, and each is visited eight times in two years.
    pub fn draw(seed: u64, critical: impl Fn(&mut Chance, bool) -> u64) -> Self {
        let mut chance = Chance(seed);
        let mut town = Self { establishments: Vec::new(), inspections: Vec::new(), visits: Vec::new() };
        let mut event = 1_000;
        for object in 0..OBJECTS {
            let licence = 10_000 + object;
            let bad = object % 3 == 0;
            let risk = if bad { "Risk 1 (High)" } else { "Risk 2 (Medium)" };
            let (lat, lon) = (41.8 + 0.001 * object as f64 / 10.0, -87.65 - 0.0007 * object as f64 / 10.0);
            let name = format!("PLACE {object}");
            let place = format!("{object} W MAIN ST ,CHICAGO,IL,60607");
            let kind = if object % 2 == 0 { "Restaurant" } else { "Grocery Store" };
            town.establishments
                .push(format!("{licence},{name},{name},{kind},{risk},{place},{lat:.6},{lon:.6}"));
            for quarter in 0..8 {
                let (year, month) = (2012 + quarter / 4, quarter % 4 * 3 + 1 + chance.below(3));
                let day = format!("{year}-{month:02}-{:02}", 1 + chance.below(28));
                event += 1;
                let critical = critical(&mut chance, bad);
                let result = if critical > 0 { "Fail" } else { "Pass" };
                let (serious, minor) = (chance.below(3), chance.below(6));
                town.inspections.push(format!(
                    "{event},{name},{name},{licence},{kind},{risk},{place},{day},Canvass,{result},{lat:.6},{lon:.6},\
                     {critical},{serious},{minor}"
                ));
                let rest = format!("{name},\"{object} W MAIN ST\",{licence},Food,{day},Canvass");
                town.visits.push((
                    ["red", "green", "blue"][usize::try_from(chance.below(3)).unwrap()].to_owned(),
                    rest,
                ));
            }
        }
        town
    }

    pub fn usual(seed: u64) -> Self {
        Self::draw(seed, |chance, bad| u64::from(chance.below(100) < if bad { 45 } else { 8 }))
    }

    /// Writes the files, makes an installation of packs/chicago of them, and returns its folder.
    pub fn installed(&self, folder: &Path) -> PathBuf {
        self.installed_by("chicago", folder)
    }

    /// Does the same by another pack with the same sources.
    pub fn installed_by(&self, pack: &str, folder: &Path) -> PathBuf {
        self.installed_in_order(pack, ["establishments", "inspections", "visits"], folder)
    }

    /// Does the same with the files in another order.
    pub fn installed_in_order(&self, pack: &str, order: [&str; 3], folder: &Path) -> PathBuf {
        let data = folder.join("data");
        done(&["init", "--data", text(&data), "--pack", pack]);
        self.write(folder);
        for source in order {
            let file = folder.join(format!("{source}.csv"));
            let report = done(&["ingest", "--data", text(&data), "--source", source, text(&file)]);
            assert_eq!(report["rejected"], 0, "{source}: {report}");
        }
        data
    }

    fn write(&self, folder: &Path) {
        let visits = self.visits.iter().map(|(inspector, rest)| format!("{inspector},{rest}"));
        let heads = [
            "License,DBA_Name,AKA_Name,Facility_Type,Risk,Address,City,State,Zip,Latitude,Longitude",
            "Inspection_ID,DBA_Name,AKA_Name,License,Facility_Type,Risk,Address,City,State,Zip,Inspection_Date,\
             Inspection_Type,Results,Latitude,Longitude,criticalCount,seriousCount,minorCount",
            "Inspector_Assigned,DBA,Address,License,License_Type,Inspection_Date,Inspection_Purpose",
        ];
        let rows = [self.establishments.clone(), self.inspections.clone(), visits.collect()];
        for ((source, head), rows) in ["establishments", "inspections", "visits"].iter().zip(heads).zip(rows)
        {
            let mut content = format!("{head}\n");
            rows.iter().for_each(|row| writeln!(content, "{row}").unwrap());
            std::fs::write(folder.join(format!("{source}.csv")), content).unwrap();
        }
    }
}
