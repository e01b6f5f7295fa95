//! What operators deploy is what the code says.

#[test]
fn generated_operations_are_fresh() {
    // Named, so that the service is linked with all that it declares.
    std::hint::black_box(todo::app as *const ());
    goldsignal::operate::assert_fresh("deploy/generated");
}
