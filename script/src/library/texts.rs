//! Texts of different registers brought to one form, so that they can be compared.

/// Lower case, `ё` as `е`, every run of spaces and dashes as one space, no spaces at either end, no quotes.
pub(crate) fn normalise(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            '«' | '»' | '"' | '“' | '”' | '„' | '\'' => {}
            'ё' => clean.push('е'),
            '-' | '–' | '—' => push_space(&mut clean),
            character if character.is_whitespace() => push_space(&mut clean),
            character => clean.push(character),
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

fn push_space(clean: &mut String) {
    if !clean.is_empty() && !clean.ends_with(' ') {
        clean.push(' ');
    }
}

/// Keeps the decimal digits only.
pub(crate) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Tells whether the text is a cadastral number: `NN:NN:N…:N…`, seven digits at most in the third part.
pub(crate) fn is_cadastral(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let digits = |part: &str, least: usize, most: usize| {
        (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    match parts.as_slice() {
        [region, district, quarter, own] => {
            digits(region, 2, 2) && digits(district, 2, 2) && digits(quarter, 6, 7) && digits(own, 1, 12)
        }
        _ => false,
    }
}
