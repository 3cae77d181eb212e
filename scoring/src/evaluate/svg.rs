//! Plots as inline SVG: no script, no foreign host, the same bytes for the same numbers.

use std::fmt::Write as _;

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 34.0;
/// Colours that differ in lightness too, for those who do not see them apart.
const COLOURS: [&str; 8] =
    ["#0b5c8a", "#c4561a", "#5b8c2a", "#7a4b9c", "#777777", "#b08900", "#b0306a", "#2a8c86"];
/// Height of a line of the legend, which has two columns.
const LEGEND: f64 = 16.0;

/// Letters of a name beside a bar.
const NAME: usize = 33;

/// Is a line of a plot: its name and points, with or without dots.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) points: Vec<(f64, f64)>,
}

/// Is a bar with its interval.
pub(super) struct Bar<'a> {
    pub(super) name: &'a str,
    pub(super) value: f64,
    pub(super) interval: Option<(f64, f64)>,
}

/// Draws lines over 0 to `right` and 0 to the highest point, with the names of the axes and a legend below.
pub(super) fn lines(lines: &[Line<'_>], right: f64, axes: (&str, &str)) -> String {
    let top = nice(lines.iter().flat_map(|line| &line.points).map(|point| point.1).fold(0.0, f64::max));
    let x = |value: f64| LEFT + (WIDTH - LEFT - RIGHT) * value / right;
    let y = |value: f64| HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
    let mut svg = frame(axes, (right, top), LEGEND * lines.len().div_ceil(2) as f64);
    for (at, line) in lines.iter().enumerate() {
        let colour = COLOURS[at % COLOURS.len()];
        let points: Vec<String> =
            line.points.iter().map(|point| format!("{:.1},{:.1}", x(point.0), y(point.1))).collect();
        // Writing to a String cannot fail.
        let (left, low) = (LEFT + (WIDTH - LEFT) / 2.0 * (at % 2) as f64, HEIGHT + LEGEND * (at / 2) as f64);
        let _ = write!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>\
             <rect x=\"{left:.0}\" y=\"{:.0}\" width=\"14\" height=\"4\" fill=\"{colour}\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
            points.join(" "),
            low + 4.0,
            left + 20.0,
            low + 10.0,
            escaped(line.name)
        );
    }
    svg + "</svg>"
}

/// Draws bars from the left, one a line, with their intervals.
pub(super) fn bars(bars: &[Bar<'_>], write: impl Fn(f64) -> String) -> String {
    let most = bars.iter().map(|bar| bar.interval.map_or(bar.value.abs(), |i| i.1)).fold(0.0, f64::max);
    let (height, name_width) = (22.0 * bars.len() as f64 + 8.0, 250.0);
    let scale = if most > 0.0 { (WIDTH - name_width - 70.0) / most } else { 0.0 };
    let mut svg = open(height);
    for (at, bar) in bars.iter().enumerate() {
        let middle = 22.0 * at as f64 + 15.0;
        let width = scale * bar.value.abs();
        let colour = if bar.value < 0.0 { COLOURS[1] } else { COLOURS[0] };
        let _ = write!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\
             <rect x=\"{name_width:.0}\" y=\"{:.0}\" width=\"{width:.1}\" height=\"14\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.0}\">{}</text>",
            name_width - 6.0,
            middle + 4.0,
            escaped(&shortened(bar.name)),
            middle - 7.0,
            name_width + scale * bar.interval.map_or(bar.value.abs(), |i| i.1) + 6.0,
            middle + 4.0,
            escaped(&write(bar.value))
        );
        if let Some((low, high)) = bar.interval {
            let (from, to) = (name_width + scale * low, name_width + scale * high);
            let _ = write!(
                svg,
                "<path d=\"M{from:.1} {middle:.0}H{to:.1}\" stroke=\"#222\" stroke-width=\"2\"/>"
            );
        }
    }
    svg + "</svg>"
}

/// Cuts a name that would not fit beside its bar.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or(name)),
        None => name.to_owned(),
    }
}

fn open(height: f64) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH:.0} {height:.0}\" width=\"{WIDTH:.0}\" role=\"img\" font-size=\"11\" \
         xmlns=\"http://www.w3.org/2000/svg\">"
    )
}

fn frame((across, up): (&str, &str), (right, top): (f64, f64), legend: f64) -> String {
    let (bottom, end) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    let mut svg = open(HEIGHT + legend);
    let _ = write!(
        svg,
        "<path d=\"M{LEFT} {TOP}V{bottom}H{end}\" stroke=\"#444\" fill=\"none\"/>\
         <text x=\"{LEFT}\" y=\"{:.0}\">0</text><text x=\"{end}\" y=\"{:.0}\" text-anchor=\"end\">{right}</text>\
         <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>\
         <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{top}</text>\
         <text transform=\"translate(12 {:.0}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
        bottom + 14.0,
        bottom + 14.0,
        (LEFT + end) / 2.0,
        bottom + 28.0,
        escaped(across),
        LEFT - 4.0,
        TOP + 8.0,
        (TOP + bottom) / 2.0,
        escaped(up)
    );
    svg
}

/// Rounds up to a number with one digit, so that the axis ends where a person can read it.
fn nice(value: f64) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    let step = 10_f64.powf(value.log10().floor());
    // Ten digits cut the dust of the multiplication.
    ((value / step).ceil() * step * 1e10).round() / 1e10
}

/// Writes text so that it is text in HTML and SVG.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_readable_numbers() {
        for (value, end) in [(0.0, 1.0), (0.23, 0.3), (0.2, 0.2), (1.0, 1.0), (37.0, 40.0)] {
            assert_eq!(nice(value), end, "{value}");
        }
    }

    #[test]
    fn long_names_are_cut_between_letters() {
        assert_eq!(shortened("Возраст бизнеса"), "Возраст бизнеса");
        assert_eq!(shortened(&"я".repeat(50)), format!("{}…", "я".repeat(NAME)));
    }

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let bar = Bar { name: "<script>\"&", value: 0.5, interval: Some((0.4, 0.6)) };
        let svg = bars(&[bar], |value| value.to_string());
        assert!(svg.contains("&lt;script&gt;&quot;&amp;") && !svg.contains("<script"));
    }
}
