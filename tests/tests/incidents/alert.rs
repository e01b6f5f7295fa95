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
    /// Its summary at that time, where it is a template.
    pub(crate) summary: Option<String>,
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

/// What happens at the end of an incident, when an alert is read.
#[derive(Clone, Copy)]
pub(crate) struct Now {
    /// The share of bad events in the alert's shortest window.
    pub(crate) share: &'static str,
    /// How many times the budget.
    pub(crate) factor: &'static str,
    /// The worst operation, and its bad events per second.
    pub(crate) worst: &'static str,
    /// The share of bad events of the only instance in the last five minutes.
    pub(crate) instance: &'static str,
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
    /// The page: now this share of its events is bad, so many times what it allows, most of them of the operation
    /// `worst`.
    pub(crate) fn burns_fast(&self, after: u32, now: Now) -> Alert {
        let alert = self.alert("BurnsFast", "page", after, self.burns("5m", now));
        Alert { summary: Some(self.summary(now)), ..alert }
    }

    /// The ticket.
    pub(crate) fn burns_slowly(&self, after: u32, now: Now) -> Alert {
        let alert = self.alert("BurnsSlowly", "ticket", after, self.burns("2h", now));
        Alert { summary: Some(self.summary(now)), ..alert }
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

    fn summary(&self, now: Now) -> String {
        format!("{{job}}: {} {} bad, budget already spent", self.slo, now.share)
    }

    fn burns(&self, window: &str, now: Now) -> String {
        let (slo, budget) = (self.slo, self.budget);
        let Now { share, factor, worst, instance } = now;
        format!(
            "In the last {window} {share} of the events of `{slo}` were bad: {factor} times the {budget} that the \
             objective allows. Error budget of 30 days: already spent. Bad events per second: {worst}. Bad events \
             on 1 of 1 instances: a:9464 {instance}."
        )
    }

    fn alert(&self, end: &str, severity: &'static str, after: u32, says: String) -> Alert {
        let name = format!("{}{end}", self.title);
        let labels = &[("job", "{job}")];
        Alert { name, severity, after, labels, summary: None, says }
    }
}

/// A ticket of a support alert.
pub(crate) fn ticket(
    name: &str,
    after: u32,
    labels: &'static [(&'static str, &'static str)],
    says: &str,
) -> Alert {
    let (name, says) = (name.to_owned(), says.to_owned());
    Alert { name, severity: "ticket", after, labels, summary: None, says }
}
