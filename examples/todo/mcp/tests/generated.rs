//! What operators deploy is what the code says.

#[test]
fn generated_operations_are_fresh() {
    // Named, so that the program is linked with all that it declares.
    std::hint::black_box(todo_mcp::http_service as *const ());
    goldsignal::operate::assert_fresh("deploy/generated");
}
