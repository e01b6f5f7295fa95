//! The alerts of incidents, with the text that somebody receives.

/// An alert that an incident raises. In its texts `{job}` is the incident's name.
#[derive(Debug)]
pub(crate) struct Alert {
    pub(crate) name: String,
    pub(crate) severity: &'static str,
    /// When it fires at true time, in seconds since the incident began.
    pub(crate) after: u32,
    /// The labels that tell what it is about, beside those that every alert of the service has.
    pub(crate) labels: &'static [(&'static str, &'static str)],
    /// Its description as it reads at true time, when the incident has lasted to its end.
    pub(crate) says: String,
}

/// An alert's name and severity.
pub(crate) type Title<'a> = (&'a str, &'a str);

impl Alert {
    pub(crate) fn titled(&self) -> Title<'_> {
        (&self.name, self.severity)
    }
}

/// Alerts in a cell of a table.
pub(crate) fn names<'a>(titles: impl IntoIterator<Item = Title<'a>>) -> String {
    let names: Vec<_> =
        titles.into_iter().map(|(name, severity)| format!("{name} ({severity})")).collect();
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// A half of the shop's objective.
pub(crate) struct Objective {
    title: &'static str,
    slo: &'static str,
    budget: &'static str,
    sentence: &'static str,
}

pub(crate) const AVAILABILITY: Objective = Objective {
    title: "ApiAvailability",
    slo: "api-availability",
    budget: "0.1 %",
    sentence: "99.9 % of events succeed, over 30 days",
};

pub(crate) const LATENCY: Objective = Objective {
    title: "ApiLatency",
    slo: "api-latency",
    budget: "1 %",
    sentence: "99 % of events end within 250 ms, over 30 days",
};

impl Objective {
    /// The page: this share of its events were bad, most of them of the operation `worst`.
    pub(crate) fn burns_fast(&self, after: u32, share: &str, worst: &str) -> Alert {
        let lasts = "2.1 days at the rate of the last 1h, or 5 days at the rate of the last 6h";
        self.alert("BurnsFast", "page", after, self.burns(share, lasts, worst))
    }

    /// The ticket.
    pub(crate) fn burns_slowly(&self, after: u32, share: &str, worst: &str) -> Alert {
        let lasts = "10 days at the rate of the last 1d, or 30 days at the rate of the last 3d";
        self.alert("BurnsSlowly", "ticket", after, self.burns(share, lasts, worst))
    }

    /// The ticket of the spent budget: the incident is all the history there is.
    pub(crate) fn budget_spent(&self, after: u32, share: &str) -> Alert {
        let (sentence, budget) = (self.sentence, self.budget);
        let says = format!(
            "The objective: {sentence}. In the last 30 days {share} of the events were bad; {budget} may be. \
             Postpone risky changes until the budget has recovered."
        );
        self.alert("BudgetSpent", "ticket", after, says)
    }

    fn burns(&self, share: &str, lasts: &str, worst: &str) -> String {
        let (slo, budget) = (self.slo, self.budget);
        format!(
            "{share} of the events of `{slo}` were bad; {budget} may be. The budget for 30 days lasts at most \
             {lasts}. Bad events per second now: {worst}."
        )
    }

    fn alert(&self, end: &str, severity: &'static str, after: u32, says: String) -> Alert {
        let name = format!("{}{end}", self.title);
        Alert { name, severity, after, labels: &[("job", "{job}")], says }
    }
}

/// A ticket of a support alert.
pub(crate) fn ticket(
    name: &str,
    after: u32,
    labels: &'static [(&'static str, &'static str)],
    says: &str,
) -> Alert {
    Alert { name: name.to_owned(), severity: "ticket", after, labels, says: says.to_owned() }
}
