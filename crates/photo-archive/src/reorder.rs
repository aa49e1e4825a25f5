//! What changed in the order of a list: enough to make the former order again from the new one.
//!
//! Of an album with ten thousand photos, one that was moved is one line of history.

use std::collections::{HashMap, HashSet};

use flickr_model::PhotoId;
use serde_json::{Value, json};

/// Says how `old` differs from `new`: what was added since, and what stood elsewhere with its former place (from 0).
///
/// The former order is: the new one without `added` and `moved`, then each of `removed` and `moved` put in at its
/// place, lowest first. `None` when both are the same.
pub(crate) fn difference(old: &[PhotoId], new: &[PhotoId]) -> Option<Value> {
    if old == new {
        return None;
    }
    let before: HashMap<PhotoId, usize> = old.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let after: HashSet<PhotoId> = new.iter().copied().collect();
    let added: Vec<&PhotoId> = new.iter().filter(|id| !before.contains_key(id)).collect();
    let stayed: Vec<usize> = new.iter().filter_map(|id| before.get(id).copied()).collect();
    let in_order = longest_rising(&stayed);
    let (mut removed, mut moved) = (Vec::new(), Vec::new());
    for (place, id) in old.iter().enumerate() {
        let entry = json!({"id": id, "place": place});
        if !after.contains(id) {
            removed.push(entry);
        } else if !in_order.contains(&place) {
            moved.push(entry);
        }
    }
    let mut difference = serde_json::Map::new();
    for (name, list) in [("added", json!(added)), ("moved", json!(moved)), ("removed", json!(removed))] {
        if list.as_array().is_some_and(|list| !list.is_empty()) {
            difference.insert(name.to_owned(), list);
        }
    }
    Some(Value::Object(difference))
}

/// The values of a longest rising selection of a list of different numbers (patience sorting).
fn longest_rising(numbers: &[usize]) -> HashSet<usize> {
    let mut piles: Vec<usize> = Vec::new();
    let mut below: HashMap<usize, usize> = HashMap::new();
    for &number in numbers {
        let pile = piles.partition_point(|top| *top < number);
        if let Some(under) = pile.checked_sub(1).and_then(|pile| piles.get(pile)) {
            below.insert(number, *under);
        }
        match piles.get_mut(pile) {
            Some(top) => *top = number,
            None => piles.push(number),
        }
    }
    let mut rising = HashSet::new();
    let mut next = piles.last().copied();
    while let Some(number) = next {
        rising.insert(number);
        next = below.get(&number).copied();
    }
    rising
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ids(numbers: &[u64]) -> Vec<PhotoId> {
        numbers.iter().filter_map(|number| PhotoId::from_number(*number)).collect()
    }

    /// Makes the former order again, by the rule that the difference states.
    fn undone(new: &[PhotoId], difference: &Value) -> Vec<PhotoId> {
        let list = |name: &str| difference.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let id = |value: &Value| value.as_str().unwrap().parse::<PhotoId>().unwrap();
        let added: Vec<PhotoId> = list("added").iter().map(id).collect();
        let mut put: Vec<(u64, PhotoId)> = [list("moved"), list("removed")]
            .concat()
            .iter()
            .map(|entry| (entry["place"].as_u64().unwrap(), id(&entry["id"])))
            .collect();
        put.sort();
        let mut order: Vec<PhotoId> = new.to_vec();
        order.retain(|id| !added.contains(id) && !put.iter().any(|(_, moved)| moved == id));
        for (place, id) in put {
            order.insert(usize::try_from(place).unwrap(), id);
        }
        order
    }

    #[test]
    fn one_photo_that_moved_is_one_entry() {
        let difference = difference(&ids(&[1, 2, 3, 4, 5]), &ids(&[5, 1, 2, 3, 4])).unwrap();

        assert_eq!(difference, json!({"moved": [{"id": "5", "place": 4}]}));
    }

    #[test]
    fn the_same_order_is_no_difference() {
        assert_eq!(difference(&ids(&[1, 2]), &ids(&[1, 2])), None);
    }

    proptest! {
        #[test]
        fn the_former_order_comes_back(old in Just((1..12_u64).collect::<Vec<_>>()).prop_shuffle(),
            new in Just((4..16_u64).collect::<Vec<_>>()).prop_shuffle(), some in 0..12_usize) {
            let (old, new) = (ids(&old[..old.len().min(some + 1)]), ids(&new[..some]));
            if let Some(difference) = difference(&old, &new) {
                prop_assert_eq!(undone(&new, &difference), old);
            } else {
                prop_assert_eq!(old, new);
            }
        }
    }
}
