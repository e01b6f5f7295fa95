//! Tests that need a process of their own.

use std::panic::Location;
use std::process::Command;
use std::{env, thread};

/// Set in the new process, to the name of the test that runs there.
const NAME: &str = "GOLDSIGNAL_TEST_IN_OWN_PROCESS";

/// Runs the calling test in a new process. For tests that change what belongs to the whole process, such as the global
/// subscriber, the panic hook or a limit, and for tests that other tests would disturb by such a change.
///
/// The new process is this test program again, which runs the calling test alone. What the test does before this call, it does
/// in both processes.
///
/// # Panics
/// When the test fails.
#[track_caller]
pub fn in_own_process(test: impl FnOnce()) {
    in_own_process_with(&[], test);
}

/// The same, with these environment variables.
///
/// # Panics
/// When the test fails.
#[track_caller]
pub fn in_own_process_with(variables: &[(&str, &str)], test: impl FnOnce()) {
    if is_new_process() {
        test();
    } else {
        run_in_new_process(variables);
    }
}

/// The same for an asynchronous test.
///
/// # Panics
/// When the test fails.
pub async fn in_own_process_async(test: impl AsyncFnOnce()) {
    if is_new_process() {
        test().await;
    } else {
        run_in_new_process(&[]);
    }
}

fn is_new_process() -> bool {
    env::var(NAME).is_ok_and(|name| name == name_of_this_test())
}

/// The test runner gives the thread of a test the test's name.
fn name_of_this_test() -> String {
    let current = thread::current();
    let name = current.name().expect("the thread of a test has a name");
    assert_ne!(name, "main", "the runner gives each test a thread");
    name.to_owned()
}

#[track_caller]
fn run_in_new_process(variables: &[(&str, &str)]) {
    let (name, caller) = (name_of_this_test(), Location::caller());
    let mut command = Command::new(env::current_exe().expect("the path of this program"));
    command.args(["--exact", &name, "--include-ignored", "--nocapture"]).env(NAME, &name);
    command.envs(variables.iter().copied());
    let output = command.output().expect("this program starts again");
    let printed = String::from_utf8_lossy(&output.stdout);
    print!("{printed}");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "`{name}` fails in its own process ({caller})");
    assert!(printed.contains("1 passed"), "`{name}` does not run in its own process ({caller})");
}
