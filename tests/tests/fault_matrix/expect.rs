//! What a row expects: its ends, and the series, lines and spans that follow from them.

use std::collections::BTreeMap;

/// One end: of a request, of a call, or of an endless body.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) kind: Kind,
    pub(crate) outcome: &'static str,
    pub(crate) error_type: &'static str,
    /// The operation that it belongs to; objectives are stated by those of requests.
    pub(crate) operation: Option<&'static str>,
    pub(crate) times: u64,
    /// It is outside of any request.
    pub(crate) alone: bool,
    /// It counts towards the objective though it is a call: its request has another operation, or none.
    pub(crate) counts: bool,
    /// It is a call that lasts as long as a connection.
    pub(crate) long: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `status` is 0 where none was sent; the body of a `stream` outlives the request.
    Request {
        method: &'static str,
        endpoint: &'static str,
        status: u16,
        stream: bool,
    },
    /// A call: the request's handler, which has no line of its own, or any other.
    Call {
        handler: bool,
    },
    Stream {
        method: &'static str,
        endpoint: &'static str,
        status: u16,
    },
}

/// The end of a request without an operation.
pub(crate) const fn request(
    method: &'static str,
    endpoint: &'static str,
    status: u16,
    outcome: &'static str,
) -> End {
    let kind = Kind::Request { method, endpoint, status, stream: false };
    End::new(kind, outcome)
}

/// The end of a request's handler.
pub(crate) const fn handler(name: &'static str, outcome: &'static str) -> End {
    End::new(Kind::Call { handler: true }, outcome).of(name)
}

/// The end of another call.
pub(crate) const fn call(name: &'static str, outcome: &'static str) -> End {
    End { kind: Kind::Call { handler: false }, ..handler(name, outcome) }
}

/// The end of an endless body.
pub(crate) const fn stream(endpoint: &'static str, outcome: &'static str) -> End {
    let kind = Kind::Stream { method: "GET", endpoint, status: 200 };
    End::new(kind, outcome)
}

impl End {
    /// One end, without a fault and of no operation.
    const fn new(kind: Kind, outcome: &'static str) -> Self {
        Self {
            kind,
            outcome,
            error_type: "",
            operation: None,
            times: 1,
            alone: false,
            counts: false,
            long: false,
        }
    }

    pub(crate) const fn of(self, operation: &'static str) -> Self {
        Self { operation: Some(operation), ..self }
    }

    pub(crate) const fn by(self, error_type: &'static str) -> Self {
        Self { error_type, ..self }
    }

    pub(crate) const fn times(self, times: u64) -> Self {
        Self { times, ..self }
    }

    pub(crate) const fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(crate) const fn counts(self) -> Self {
        Self { counts: true, ..self }
    }

    pub(crate) const fn long(self) -> Self {
        Self { long: true, ..self }
    }

    pub(crate) const fn streams(mut self) -> Self {
        if let Kind::Request { method, endpoint, status, .. } = self.kind {
            self.kind = Kind::Request { method, endpoint, status, stream: true };
        }
        self
    }

    fn timed(&self) -> bool {
        !matches!(self.outcome, "cancelled" | "aborted")
    }

    fn failed(&self) -> bool {
        matches!(self.outcome, "server_error" | "error" | "panic")
    }

    /// Every series that this end changes, and the lines and spans that it makes.
    fn tell(&self, series: &mut Tally, lines: &mut Tally, spans: &mut Tally) {
        let (outcome, error_type) = (self.outcome, self.error_type);
        let operation = self.operation.unwrap_or("-");
        let status_of_span = if self.failed() { "error" } else { "unset" };
        let mut add = |name: String| *series.entry(name).or_default() += self.times;
        match self.kind {
            Kind::Request { method, endpoint, status, stream } => {
                let labels = format!("method=\"{method}\",endpoint=\"{endpoint}\"");
                let text = if status == 0 { String::new() } else { status.to_string() };
                add(format!(
                    "http_requests_total{{{labels},status=\"{text}\",outcome=\"{outcome}\"}}"
                ));
                add(format!("http_request_body_bytes_count{{{labels}}}"));
                if self.timed() {
                    add(format!("http_request_duration_seconds_count{{{labels}}}"));
                }
                if status > 0 {
                    add(format!("http_response_head_seconds_count{{{labels}}}"));
                }
                if status > 0 && !stream {
                    add(format!("http_response_body_bytes_count{{{labels}}}"));
                }
                for event in self.objective() {
                    add(event);
                }
                let line = format!("{outcome} {text} {endpoint} {operation} {error_type}");
                *lines.entry(line).or_default() += self.times;
                let method = if method == "_OTHER" { "HTTP" } else { method };
                let name = match endpoint {
                    "_unmatched" => method.to_owned(),
                    endpoint => format!("{method} {endpoint}"),
                };
                *spans.entry(format!("{name} {status_of_span} root")).or_default() += self.times;
            }
            Kind::Call { handler } => {
                add(format!(
                    "function_calls_total{{function=\"{operation}\",outcome=\"{outcome}\",error_type=\"{error_type}\"}}"
                ));
                if self.timed() {
                    let family =
                        if self.long { "function_long_duration" } else { "function_duration" };
                    add(format!("{family}_seconds_count{{function=\"{operation}\"}}"));
                }
                if self.counts {
                    for event in self.objective() {
                        add(event);
                    }
                }
                if !handler {
                    let line = format!("{outcome}  - {operation} {error_type}");
                    *lines.entry(line).or_default() += self.times;
                }
                let place = if self.alone { "root" } else { "child" };
                let span = format!("{operation} {status_of_span} {place}");
                *spans.entry(span).or_default() += self.times;
            }
            Kind::Stream { method, endpoint, status } => {
                let labels = format!("method=\"{method}\",endpoint=\"{endpoint}\"");
                add(format!("http_stream_duration_seconds_count{{{labels}}}"));
                add(format!("http_response_body_bytes_count{{{labels}}}"));
                let line = format!("{outcome} {status} {endpoint} {operation} {error_type}");
                *lines.entry(line).or_default() += self.times;
            }
        }
    }

    /// How an end counts towards the objective of every operation.
    fn objective(&self) -> Vec<String> {
        let event = |indicator, outcome| {
            let slo = crate::OBJECTIVE;
            format!("slo_events_total{{slo=\"{slo}-{indicator}\",outcome=\"{outcome}\"}}")
        };
        match self.outcome {
            _ if self.operation.is_none() => Vec::new(),
            "ok" | "client_error" => vec![event("availability", "good"), event("latency", "good")],
            // One that was cut short before the threshold says nothing.
            "cancelled" | "aborted" => Vec::new(),
            _ => vec![event("availability", "bad")],
        }
    }
}

/// How often something was there.
pub(crate) type Tally = BTreeMap<String, u64>;

/// The series, lines and spans that follow from all ends of a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) series: Tally,
    pub(crate) lines: Tally,
    pub(crate) spans: Tally,
}

pub(crate) fn told(ends: &[End]) -> Told {
    let mut told = Told::default();
    for end in ends {
        end.tell(&mut told.series, &mut told.lines, &mut told.spans);
    }
    told
}
