//! What each part of a problem may use of the quotas: what it uses already, and its share of what nobody does. Parts do
//! not know of each other's visits; so divided, all together stay within the limits.

use super::parts::Part;
use super::problem::Problem;
use super::ways::Ways;

/// Returns for each part the most visits of each group; empty where nothing is limited.
pub(super) fn shares<W: Ways>(problem: &Problem<W>, routes: &[Vec<u32>], parts: &[Part]) -> Vec<Vec<u32>> {
    let quotas = problem.quotas();
    if quotas.is_empty() {
        return vec![Vec::new(); parts.len()];
    }
    let class = |item: &u32| problem.items[*item as usize].class;
    let planned = |part: &Part| {
        let visits = part.crews.iter().map(|crew| (*crew, &routes[*crew as usize]));
        quotas.count(visits.flat_map(|(crew, route)| route.iter().map(move |item| (class(item), crew))))
    };
    let mut shares: Vec<Vec<u32>> = parts.iter().map(planned).collect();
    let takes: Vec<Vec<bool>> = parts
        .iter()
        .map(|part| {
            let mut takes = vec![false; quotas.most.len()];
            let of_items = part.items.iter().flat_map(|item| quotas.groups_of_class(class(item)));
            let of_crews = part.crews.iter().flat_map(|crew| quotas.groups_of_crew(*crew));
            of_items.chain(of_crews).for_each(|group| takes[*group as usize] = true);
            takes
        })
        .collect();
    for group in 0..quotas.most.len() {
        let used: u32 = shares.iter().map(|share| share[group]).sum();
        let spare = quotas.most[group].saturating_sub(used);
        let takers: Vec<usize> = (0..parts.len()).filter(|part| takes[*part][group]).collect();
        let count = takers.len().max(1) as u32;
        for (place, part) in (0_u32..).zip(takers) {
            shares[part][group] += spare / count + u32::from(place < spare % count);
        }
    }
    shares
}
