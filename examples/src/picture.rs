//! The pictures of the examples, on [`brain_jit::plot`].

use brain_jit::plot::{self, Figure};

use crate::flags::fail;

type Points = [(f64, f64)];

fn coordinates(points: &Points) -> (Vec<f64>, Vec<f64>) {
    points.iter().copied().unzip()
}

/// One curve.
pub fn curve(path: &str, title: &str, (x, y): (&str, &str), points: &Points) {
    let (xs, ys) = coordinates(points);
    let panel = plot::Panel::new().title(title).labels(x, y).line(&xs, &ys);
    save(path, Figure::new().size(800, 500).panel(panel));
}

fn spikes(title: &str, spikes: &Points) -> plot::Panel {
    let times: Vec<f64> = spikes.iter().map(|spike| spike.0).collect();
    let neurons: Vec<i64> = spikes.iter().map(|spike| spike.1 as i64).collect();
    plot::Panel::raster(&times, &neurons).title(title)
}

/// Spikes as (time, neuron).
pub fn raster(path: &str, title: &str, points: &Points) {
    let figure = Figure::new().size(1000, 600);
    save(path, figure.panel(spikes(title, points)));
}

/// Spikes as (time, neuron) above rates over input, measured and expected.
pub fn raster_and_rates(path: &str, points: &Points, measured: &Points, expected: &Points) {
    let few: Vec<(f64, f64)> = measured.iter().step_by(5).copied().collect();
    let ((x, y), (some_x, some_y)) = (coordinates(expected), coordinates(&few));
    let rates = plot::Panel::new()
        .title("rate: closed form (line), simulated (dots)")
        .labels("RI (mV)", "rate (Hz)")
        .line(&x, &y)
        .dots(&some_x, &some_y);
    let figure = Figure::new().panel(spikes("spikes", points));
    save(path, figure.panel(rates));
}

/// How the points of a series are drawn.
pub enum Marks {
    Line,
    /// Circles of this radius.
    Dots(u32),
    /// Bars of this width, from 0 up to each point.
    Bars(f64),
}

/// Points drawn in one way; colours are counted from 0: black, red, blue, green.
pub struct Series<'a> {
    pub points: &'a Points,
    pub marks: Marks,
    pub color: usize,
}

/// A chart with its title and the names of its axes.
pub struct Panel<'a> {
    pub title: &'a str,
    pub x: &'a str,
    pub y: &'a str,
    pub series: Vec<Series<'a>>,
}

impl Series<'_> {
    fn add(&self, panel: plot::Panel) -> plot::Panel {
        let (x, y) = coordinates(self.points);
        let colors = [(0, 0, 0), (255, 0, 0), (0, 0, 255), (0, 140, 70)];
        let (red, green, blue) = colors[self.color % colors.len()];
        let panel = match self.marks {
            Marks::Line => panel.line(&x, &y),
            Marks::Dots(radius) => panel.dots(&x, &y).radius(radius),
            Marks::Bars(width) => panel.bars(&x, &y, width),
        };
        panel.colored(red, green, blue)
    }
}

/// Charts below each other.
pub fn panels(path: &str, (width, height): (u32, u32), panels: &[Panel<'_>]) {
    let figure = Figure::new().size(width, height / panels.len().max(1) as u32);
    let add = |figure: Figure, panel: &Panel<'_>| {
        let empty = plot::Panel::new()
            .title(panel.title)
            .labels(panel.x, panel.y);
        let drawn = panel
            .series
            .iter()
            .fold(empty, |chart, series| series.add(chart));
        figure.panel(drawn)
    };
    save(path, panels.iter().fold(figure, add));
}

fn save(path: &str, figure: Figure) {
    match figure.save(path) {
        Ok(()) => eprintln!("picture: {path}"),
        Err(error) => fail(error),
    }
}
