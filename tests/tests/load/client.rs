//! A connection that sends one request after another, and a scraper.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A keep-alive connection. It takes little time, so that the test measures the service.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: Vec::with_capacity(1024) }
    }

    /// Sends a request line and headers; returns the status once the whole body is read.
    pub(crate) async fn ask(&mut self, line: &str, headers: &str) -> u16 {
        let request = format!("{line} HTTP/1.1\r\nHost: service\r\n{headers}\r\n");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.read.clear();
        loop {
            let read = self.stream.read_buf(&mut self.read).await.unwrap();
            assert!(read > 0, "closed before the answer to {line}");
            if let Some(status) = whole(&self.read) {
                return status;
            }
        }
    }
}

/// The status of an answer that is complete.
fn whole(read: &[u8]) -> Option<u16> {
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&read[..head]).unwrap().to_ascii_lowercase();
    let (_, length) = text.split_once("content-length: ").expect("every answer says its length");
    let length: usize = length.lines().next()?.trim().parse().unwrap();
    assert!(read.len() <= head + 4 + length, "more than was asked for");
    (read.len() == head + 4 + length).then(|| text[9..12].parse().unwrap())
}

/// The samples of a scrape.
pub(crate) struct Told(Vec<(String, String)>);

impl Told {
    /// Scrapes, as Prometheus does: within ten seconds, on a connection of its own.
    ///
    /// # Errors
    /// When the scrape fails, or is not whole.
    pub(crate) async fn scrape(admin: SocketAddr) -> Result<Self, String> {
        let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(10));
        let request = client.build().unwrap().get(format!("http://{admin}/metrics"));
        let request = request.header("accept", "application/openmetrics-text;version=1.0.0");
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        let text = answer.map_err(|error| error.to_string())?.text().await;
        let text = text.map_err(|error| error.to_string())?;
        let text = text.strip_suffix("# EOF\n").ok_or("the end is missing")?;
        let samples = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            // A sampled request leaves its trace behind the value.
            let sample = line.split(" # ").next().unwrap_or(line);
            let (series, value) = sample.rsplit_once(' ').expect("a series and its value");
            (series.to_owned(), value.to_owned())
        });
        Ok(Self(samples.collect()))
    }

    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The sum of the series of `name` that have all of these labels, written as in `status="200"`. What is
    /// asked for are counts, so every value must be a whole number.
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> u64 {
        let of_name = |series: &str| {
            series.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('{'))
        };
        let matching = self.0.iter().filter(|(series, _)| {
            of_name(series) && labels.iter().all(|label| series.contains(label))
        });
        matching.map(|(_, value)| value.parse::<u64>().expect("a whole number")).sum()
    }
}
