//! "Did you mean": the known word that a misspelt one is nearest to.

/// The nearest word within [`DISTANCE_MAX`] edits, if it is nearer than writing the word anew.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, near) = known.iter().map(|known| (distance(word, known), *known)).min_by_key(|pair| pair.0)?;
    (distance <= DISTANCE_MAX && distance < near.chars().count()).then_some(near)
}

/// Levenshtein's distance; words of very different length are not compared.
fn distance(left: &str, right: &str) -> usize {
    if left.len().abs_diff(right.len()) > DISTANCE_MAX {
        return usize::MAX;
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (place, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

const DISTANCE_MAX: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_the_finger_is_understood() {
        let known = ["listen", "advertise", "peer"];
        assert_eq!(nearest("listten", &known), Some("listen"));
        assert_eq!(nearest("lisetn", &known), Some("listen"));
        assert_eq!(nearest("advertize", &known), Some("advertise"));
        assert_eq!(nearest("peers", &known), Some("peer"));
    }

    #[test]
    fn another_word_is_not_guessed_at() {
        assert_eq!(nearest("colour", &["listen", "peer"]), None);
        assert_eq!(nearest("a", &["to"]), None);
        assert_eq!(nearest(&"x".repeat(1_000_000), &["listen"]), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
