//! Pictures of runs as PNG or SVG files, behind the feature `plot`.
//!
//! ```
//! use brain_jit::plot::{Figure, Panel};
//! use brain_jit::prelude::*;
//!
//! let t = Array1::range(0.0, 10.0, 0.1);
//! let v = Array2::from_shape_fn((100, 2), |(step, neuron)| (0.1 * step as f64 + neuron as f64).sin());
//! let figure = Figure::new()
//!     .panel(Panel::raster([1.0, 2.5, 4.0], [0, 1, 0]).title("spikes"))
//!     .panel(Panel::traces(&t, &v).labels("time (ms)", "V (mV)"));
//! figure.save(std::env::temp_dir().join("brain_jit_doc_plot.svg"))?;
//! # Ok::<(), brain_jit::plot::PlotError>(())
//! ```

use ndarray::{Ix1, Ix2};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::array::number::{Integer, RealNumber};
use crate::array::operand::Operand;

/// The size of the numbers at the axes.
const LABEL: i32 = 14;

/// Why there is no picture.
#[derive(Debug)]
pub struct PlotError {
    path: PathBuf,
    reason: String,
}

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no picture {}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for PlotError {}

/// Panels, one below the other.
#[derive(Clone, Debug)]
pub struct Figure {
    size: (u32, u32),
    panels: Vec<Panel>,
}

impl Figure {
    /// No panels yet, each to be 1000 by 450 pixels.
    pub fn new() -> Self {
        Figure {
            size: (1000, 450),
            panels: Vec::new(),
        }
    }

    /// The width and height of each panel in pixels; panels stand one above the other.
    pub fn size(self, width: u32, height: u32) -> Self {
        Figure {
            size: (width, height),
            ..self
        }
    }

    /// Adds a panel below the others.
    pub fn panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Draws the panels; the name ends with `.png` or `.svg`.
    ///
    /// # Errors
    /// If it ends otherwise, there is no panel, or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), PlotError> {
        let path = path.as_ref();
        let fail = |reason: String| PlotError {
            path: path.into(),
            reason,
        };
        let size = (self.size.0, self.size.1 * self.panels.len() as u32);
        if size.0 == 0 || size.1 == 0 {
            return Err(fail("it has no panel, or no size".into()));
        }
        // The same letters on every machine.
        let font = register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular());
        font.map_err(|_| fail("its font cannot be read".into()))?;
        // Beside it: what fails leaves an older picture as it is.
        let (part, png) = match path.extension().and_then(|extension| extension.to_str()) {
            Some("png") => (path.with_extension("part.png"), true),
            Some("svg") => (path.with_extension("part.svg"), false),
            _ => return Err(fail("its name must end with .png or .svg".into())),
        };
        // Beforehand: a drawing area writes when it is dropped, and hides what goes wrong then.
        std::fs::File::create(&part).map_err(|error| fail(error.to_string()))?;
        let drawn = match png {
            true => self.draw(BitMapBackend::new(&part, size).into_drawing_area()),
            false => self.draw(SVGBackend::new(&part, size).into_drawing_area()),
        };
        let renamed = drawn.and_then(|()| Ok(std::fs::rename(&part, path)?));
        renamed.map_err(|error| {
            // Nothing more can be done if this fails too.
            let _ = std::fs::remove_file(&part);
            fail(error.to_string())
        })
    }

    fn draw<B: DrawingBackend>(&self, area: DrawingArea<B, Shift>) -> Result<(), Failure>
    where
        B::ErrorType: 'static,
    {
        area.fill(&WHITE)?;
        for (part, panel) in area
            .split_evenly((self.panels.len(), 1))
            .iter()
            .zip(&self.panels)
        {
            panel.draw(part)?;
        }
        Ok(area.present()?)
    }
}

type Failure = Box<dyn std::error::Error>;

/// Axes with what is drawn in them.
#[derive(Clone, Debug)]
pub struct Panel {
    title: String,
    x: String,
    y: String,
    series: Vec<Series>,
}

#[derive(Clone, Debug)]
struct Series {
    points: Vec<(f64, f64)>,
    marks: Marks,
    color: RGBColor,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug)]
enum Marks {
    Line,
    /// Circles of this radius.
    Dots(u32),
    /// Bars of this width, from 0 to each point.
    Bars(f64),
}

impl Series {
    /// What must be seen of each point.
    fn corners(&self) -> impl Iterator<Item = (f64, f64)> {
        let corners = |&(x, y): &(f64, f64)| match self.marks {
            Marks::Bars(width) => [(x - width / 2.0, 0.0), (x + width / 2.0, y)],
            _ => [(x, y); 2],
        };
        self.points.iter().flat_map(corners)
    }
}

/// One after the other, as in most tools; they can be told apart by the colour-blind too (Okabe and Ito).
const COLORS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

impl Panel {
    /// Empty axes.
    pub fn new() -> Self {
        Panel {
            title: String::new(),
            x: String::new(),
            y: String::new(),
            series: Vec::new(),
        }
    }

    /// The spikes of neurons as dots over time, as [`Recorded::spikes`](crate::runner::Recorded::spikes) gives them.
    ///
    /// # Panics
    /// If the lists differ in length.
    pub fn raster<I: Integer>(
        times: impl Operand<f64, Dim = Ix1>,
        ids: impl Operand<I, Dim = Ix1>,
    ) -> Self {
        let ids = ids.view().mapv(|id| id.to_i64() as f64);
        let panel = Panel::new().labels("time (ms)", "neuron");
        panel.series("raster", &times, &ids, Marks::Dots(1), BLACK)
    }

    /// A line a column over time, as [`Recorded::get`](crate::runner::Recorded::get) gives them.
    ///
    /// # Panics
    /// If there is not one row a time.
    pub fn traces<T: RealNumber>(
        times: impl Operand<f64, Dim = Ix1>,
        values: impl Operand<T, Dim = Ix2>,
    ) -> Self {
        let panel = Panel::new().labels("time (ms)", "");
        let add =
            |panel: Panel, column: ndarray::ArrayView1<'_, T>| panel.line(times.view(), column);
        values.view().columns().into_iter().fold(panel, add)
    }

    /// The rate of a population in equal parts of the time, as [`measure::firing_rate`](crate::measure::firing_rate) gives it.
    pub fn rate(duration: f64, rate: impl Operand<f64, Dim = Ix1>) -> Self {
        let bins = rate.view().len();
        let times: Vec<f64> = (0..bins)
            .map(|bin| (bin as f64 + 0.5) * duration / bins as f64)
            .collect();
        Panel::new()
            .labels("time (ms)", "rate (Hz)")
            .line(&times, rate.view())
    }

    /// Adds a line.
    ///
    /// # Panics
    /// If the lists differ in length.
    pub fn line<T: RealNumber>(
        self,
        x: impl Operand<f64, Dim = Ix1>,
        y: impl Operand<T, Dim = Ix1>,
    ) -> Self {
        let y = y.view().mapv(RealNumber::to_f64);
        let color = self.color();
        self.series("line", &x, &y, Marks::Line, color)
    }

    /// Adds dots.
    ///
    /// # Panics
    /// If the lists differ in length.
    pub fn dots<T: RealNumber>(
        self,
        x: impl Operand<f64, Dim = Ix1>,
        y: impl Operand<T, Dim = Ix1>,
    ) -> Self {
        let y = y.view().mapv(RealNumber::to_f64);
        let color = self.color();
        self.series("dots", &x, &y, Marks::Dots(3), color)
    }

    /// Adds bars of this width, from 0 to each value.
    ///
    /// # Panics
    /// If the lists differ in length.
    pub fn bars<T: RealNumber>(
        self,
        x: impl Operand<f64, Dim = Ix1>,
        y: impl Operand<T, Dim = Ix1>,
        width: f64,
    ) -> Self {
        let y = y.view().mapv(RealNumber::to_f64);
        let color = self.color();
        self.series("bars", &x, &y, Marks::Bars(width), color)
    }

    /// Gives what was added last this colour, in red, green and blue.
    pub fn colored(mut self, red: u8, green: u8, blue: u8) -> Self {
        if let Some(series) = self.series.last_mut() {
            series.color = RGBColor(red, green, blue);
        }
        self
    }

    /// Gives the dots that were added last this radius in pixels.
    pub fn radius(mut self, radius: u32) -> Self {
        if let Some(Series {
            marks: Marks::Dots(present),
            ..
        }) = self.series.last_mut()
        {
            *present = radius;
        }
        self
    }

    fn color(&self) -> RGBColor {
        COLORS[self.series.len() % COLORS.len()]
    }

    fn series(
        mut self,
        method: &str,
        x: &impl Operand<f64, Dim = Ix1>,
        y: &ndarray::Array1<f64>,
        marks: Marks,
        color: RGBColor,
    ) -> Self {
        let x = x.view();
        assert!(
            x.len() == y.len(),
            "Panel::{method}: {} and {} coordinates",
            x.len(),
            y.len()
        );
        self.series.push(Series {
            points: x.iter().copied().zip(y.iter().copied()).collect(),
            marks,
            color,
        });
        self
    }

    /// The text above.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.into();
        self
    }

    /// The texts at the axes.
    pub fn labels(mut self, x: &str, y: &str) -> Self {
        (self.x, self.y) = (x.into(), y.into());
        self
    }

    /// The range of a coordinate, with some room.
    fn range(&self, of: fn((f64, f64)) -> f64) -> Range<f64> {
        let points = self.series.iter().flat_map(Series::corners);
        let finite = points.map(of).filter(|value| value.is_finite());
        let (least, most) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |range, value| {
            (range.0.min(value), range.1.max(value))
        });
        match least < most {
            true => least - 0.02 * (most - least)..most + 0.02 * (most - least),
            // One value, or none.
            false if least.is_finite() => least - 1.0..least + 1.0,
            false => 0.0..1.0,
        }
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>) -> Result<(), Failure>
    where
        B::ErrorType: 'static,
    {
        let mut builder = ChartBuilder::on(area);
        builder
            .margin(12)
            .x_label_area_size(45)
            .y_label_area_size(80);
        if !self.title.is_empty() {
            builder.caption(&self.title, ("sans-serif", 20));
        }
        let mut chart: ChartContext<'_, B, Cartesian2d<RangedCoordf64, RangedCoordf64>> =
            builder.build_cartesian_2d(self.range(|point| point.0), self.range(|point| point.1))?;
        chart
            .configure_mesh()
            .x_label_formatter(&|x| number(*x))
            .y_label_formatter(&|y| number(*y))
            .light_line_style(TRANSPARENT)
            .x_desc(&self.x)
            .y_desc(&self.y)
            .label_style(("sans-serif", LABEL))
            .axis_desc_style(("sans-serif", LABEL + 2))
            .draw()?;
        for series in &self.series {
            let color = series.color;
            let finite = || series.points.iter().filter(|point| point.1.is_finite());
            match series.marks {
                Marks::Line => {
                    // A value that is not finite interrupts the line.
                    for part in series.points.split(|point| !point.1.is_finite()) {
                        for run in runs(part) {
                            let line = run.iter().copied();
                            chart.draw_series(LineSeries::new(line, color.stroke_width(2)))?;
                        }
                    }
                }
                Marks::Dots(radius) => {
                    let dot = |&point| Circle::new(point, radius, color.filled());
                    chart.draw_series(finite().map(dot))?;
                }
                Marks::Bars(width) => {
                    let bar = |&(x, y): &(f64, f64)| {
                        let corners = [(x - width / 2.0, 0.0), (x + width / 2.0, y)];
                        Rectangle::new(corners, color.mix(0.6).filled())
                    };
                    chart.draw_series(finite().map(bar))?;
                }
            }
        }
        Ok(())
    }
}

/// A number as short as it is written by hand: `450`, `0.3`, `1e-7`.
fn number(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e7).contains(&size) {
        let text = format!("{value:.5e}");
        let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        return format!("{digits}e{power}");
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" => "0".to_string(),
        text => text.to_string(),
    }
}

/// A line in runs that rise or fall: where a thick line turns back on itself, its corner would be drawn far beyond the point.
fn runs(line: &[(f64, f64)]) -> Vec<&[(f64, f64)]> {
    let turns = (1..line.len().saturating_sub(1))
        .filter(|&k| (line[k].1 - line[k - 1].1) * (line[k + 1].1 - line[k].1) < 0.0);
    let mut start = 0;
    let mut runs = Vec::new();
    for end in turns.chain([line.len().saturating_sub(1)]) {
        runs.extend(line.get(start..=end));
        start = end;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{number, runs};

    #[test]
    fn lines_are_cut_where_they_turn_back() {
        let line = |values: &[f64]| -> Vec<(f64, f64)> {
            let points = values.iter().enumerate();
            points.map(|(k, &y)| (k as f64, y)).collect()
        };
        let lengths = |values: &[f64]| -> Vec<usize> {
            runs(&line(values)).iter().map(|run| run.len()).collect()
        };
        assert_eq!(lengths(&[]), []);
        assert_eq!(lengths(&[1.0]), [1]);
        assert_eq!(lengths(&[1.0, 2.0, 2.0, 3.0]), [4]);
        // A spike: up to its tip, and down from there.
        assert_eq!(lengths(&[1.0, 2.0, 9.0, 1.0, 2.0]), [3, 2, 2]);
    }

    #[test]
    fn ticks_are_written_as_by_hand() {
        let ticks = [
            450.0,
            0.0,
            -0.0,
            0.1 + 0.2,
            -60.5,
            1e7,
            2.5e-7,
            0.0005,
            1e-17,
        ];
        let texts = [
            "450", "0", "0", "0.3", "-60.5", "1e7", "2.5e-7", "0.0005", "1e-17",
        ];
        assert_eq!(ticks.map(number), texts);
    }
}
