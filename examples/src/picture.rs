//! PNG pictures with axes.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};
use std::error::Error;

type Area<'a> = DrawingArea<BitMapBackend<'a>, Shift>;
type Points = [(f64, f64)];

/// One curve.
pub fn curve(path: &str, title: &str, (x, y): (&str, &str), points: &Points) {
    save(path, (800, 500), |area| {
        let mut chart = chart(area, title, (x, y), &[points])?;
        chart.draw_series(LineSeries::new(
            points.iter().copied(),
            BLUE.stroke_width(2),
        ))?;
        Ok(())
    });
}

/// Spikes as (time, neuron).
pub fn raster(path: &str, title: &str, spikes: &Points) {
    save(path, (1000, 600), |area| {
        let mut chart = chart(area, title, ("time (ms)", "neuron"), &[spikes])?;
        chart.draw_series(
            spikes
                .iter()
                .map(|spike| Circle::new(*spike, 1, BLACK.filled())),
        )?;
        Ok(())
    });
}

/// Spikes as (time, neuron) above rates over input, measured and expected.
pub fn raster_and_rates(path: &str, spikes: &Points, measured: &Points, expected: &Points) {
    save(path, (1000, 900), |area| {
        let (above, below) = area.split_vertically(450);
        let mut raster = chart(&above, "spikes", ("time (ms)", "neuron"), &[spikes])?;
        raster.draw_series(
            spikes
                .iter()
                .map(|spike| Circle::new(*spike, 1, BLACK.filled())),
        )?;
        let mut rates = chart(
            &below,
            "rate: closed form (line), simulated (dots)",
            ("RI (mV)", "rate (Hz)"),
            &[measured, expected],
        )?;
        rates.draw_series(LineSeries::new(
            expected.iter().copied(),
            BLUE.stroke_width(2),
        ))?;
        rates.draw_series(
            measured
                .iter()
                .step_by(5)
                .map(|rate| Circle::new(*rate, 3, RED.filled())),
        )?;
        Ok(())
    });
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

/// Charts below each other.
pub fn panels(path: &str, size: (u32, u32), panels: &[Panel<'_>]) {
    save(path, size, |area| {
        for (area, panel) in area.split_evenly((panels.len(), 1)).iter().zip(panels) {
            // Room for all points, and for the sides of bars.
            let corners = |series: &Series<'_>| -> Vec<(f64, f64)> {
                let side = match series.marks {
                    Marks::Bars(width) => width / 2.0,
                    _ => 0.0,
                };
                let sides = |&(x, y): &(f64, f64)| [(x - side, y), (x + side, y)];
                series.points.iter().flat_map(sides).collect()
            };
            let points: Vec<(f64, f64)> = panel.series.iter().flat_map(corners).collect();
            let mut chart = chart(area, panel.title, (panel.x, panel.y), &[&points])?;
            for Series {
                points,
                marks,
                color,
            } in &panel.series
            {
                let color = [BLACK, RED, BLUE, RGBColor(0, 140, 70)][color % 4];
                match marks {
                    Marks::Line => {
                        let line = points.iter().copied();
                        chart.draw_series(LineSeries::new(line, color.stroke_width(2)))?;
                    }
                    Marks::Dots(radius) => {
                        let dot = |point: &(f64, f64)| Circle::new(*point, *radius, color.filled());
                        chart.draw_series(points.iter().map(dot))?;
                    }
                    Marks::Bars(width) => {
                        let bar = |&(x, y): &(f64, f64)| {
                            let corners = [(x - width / 2.0, 0.0), (x + width / 2.0, y)];
                            Rectangle::new(corners, color.mix(0.6).filled())
                        };
                        chart.draw_series(points.iter().map(bar))?;
                    }
                }
            }
        }
        Ok(())
    });
}

fn save(path: &str, size: (u32, u32), draw: impl Fn(&Area<'_>) -> Result<(), Box<dyn Error>>) {
    register_font("sans-serif", FontStyle::Normal, dejavu::sans::regular())
        .unwrap_or_else(|_| panic!("the font is valid"));
    let area = BitMapBackend::new(path, size).into_drawing_area();
    let drawn = || {
        area.fill(&WHITE)?;
        draw(&area)?;
        area.present()?;
        Ok::<(), Box<dyn Error>>(())
    };
    match drawn() {
        Ok(()) => println!("picture: {path}"),
        Err(error) => eprintln!("no picture: {error}"),
    }
}

type Chart<'a, 'b> = ChartContext<
    'a,
    BitMapBackend<'b>,
    Cartesian2d<plotters::coord::types::RangedCoordf64, plotters::coord::types::RangedCoordf64>,
>;

/// Axes with room for all `points`.
fn chart<'a, 'b>(
    area: &'a Area<'b>,
    title: &str,
    (x, y): (&str, &str),
    points: &[&Points],
) -> Result<Chart<'a, 'b>, Box<dyn Error>>
where
    'b: 'a,
{
    let range = |of: fn(&(f64, f64)) -> f64| {
        let values = || points.iter().copied().flatten().map(of);
        let (least, most) = (
            values().fold(f64::INFINITY, f64::min),
            values().fold(f64::NEG_INFINITY, f64::max),
        );
        least.min(0.0)..most * 1.02
    };
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(45)
        .y_label_area_size(80)
        .build_cartesian_2d(range(|point| point.0), range(|point| point.1))?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(x)
        .y_desc(y)
        .label_style(("sans-serif", 14))
        .axis_desc_style(("sans-serif", 16))
        .draw()?;
    Ok(chart)
}
