//! Without a log layer no story is captured.

/// No stories are captured.
pub(crate) const fn is_active() -> bool {
    false
}

/// The story of an observation: none.
#[derive(Debug, Default)]
pub(crate) struct StoryCell(());

impl StoryCell {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    #[expect(clippy::unused_self, reason = "there is one where stories are captured")]
    pub(crate) const fn is_none(&self) -> bool {
        true
    }

    #[expect(clippy::unused_self, reason = "as above")]
    pub(crate) const fn forget(&self) {}
}

/// No end has a story.
#[derive(Debug)]
pub(crate) enum EndedStory {}
