//! Cadastral numbers: `\d{2}:\d{2}:\d{6,7}:\d+`, without a check digit.

/// Says why a text is no cadastral number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CadastralFault {
    /// It looks like one, but holds letters or signs that only look like digits and colons.
    LookAlikes {
        /// The number with the look-alikes replaced.
        repaired: String,
    },
    /// It names a quarter, without the object's own number.
    QuarterOnly,
    /// It has another form.
    Form,
}

/// Accepts a number of the current form and nothing else: repair is for people to confirm.
pub(crate) fn check_cadastral(text: &str) -> Result<(), CadastralFault> {
    if is_cadastral(text) {
        return Ok(());
    }
    let repaired: String = text.chars().filter(|c| !c.is_whitespace()).map(latin_digit).collect();
    if is_cadastral(&repaired) {
        return Err(CadastralFault::LookAlikes { repaired });
    }
    if is_cadastral(&format!("{text}:1")) {
        return Err(CadastralFault::QuarterOnly);
    }
    Err(CadastralFault::Form)
}

fn is_cadastral(text: &str) -> bool {
    let mut parts = text.split(':');
    let mut next = |least, most| {
        parts.next().is_some_and(|part| {
            (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    // Twelve digits are more than any object's own number has; the law sets no limit.
    next(2, 2) && next(2, 2) && next(6, 7) && next(1, 12) && parts.next().is_none()
}

/// Returns the digit or colon that a sign is mistaken for: Cyrillic and Latin letters, full-width forms.
fn latin_digit(sign: char) -> char {
    match sign {
        'О' | 'о' | 'O' | 'o' => '0',
        'З' | 'з' => '3',
        'б' => '6',
        'В' => '8',
        'l' | 'I' | 'І' | 'і' | '|' => '1',
        '：' | '∶' | '﹕' | ';' => ':',
        other => other.to_digit(10).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Result<(), CadastralFault>) {
        assert_eq!(check_cadastral(text), expect, "{text}");
    }

    #[test]
    fn forms_that_occur_are_told_apart() {
        let repaired = |text: &str| Err(CadastralFault::LookAlikes { repaired: text.to_owned() });
        check("77:01:0001001:15", Ok(()));
        check("77:01:000100:1", Ok(()));
        check("77:О1:0001001:15", repaired("77:01:0001001:15"));
        check("77:0З:0001001:15", repaired("77:03:0001001:15"));
        check("77:01: 0001001:15", repaired("77:01:0001001:15"));
        check("77:01:0001001", Err(CadastralFault::QuarterOnly));
        check("77-05-04001-015", Err(CadastralFault::Form));
        check("М-05-014404", Err(CadastralFault::Form));
        check("77:01:0001001:15(1)", Err(CadastralFault::Form));
        check("", Err(CadastralFault::Form));
    }
}
