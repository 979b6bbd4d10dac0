//! What a registered telephone and a peer may do with calls, as SIPp tries it: transfer by REFER, and 302 with several contacts.

use tests::real::{Gateway, Scenario, Setup};

/// SIPp 3.6 looks at the first challenge and knows MD5 alone. Users alice and bob; 200 is alice and 201 bob, wherever they are.
fn with_users(terms: &str) -> Gateway {
    let user = |name: &str, number: &str| {
        format!(
            "[[route]]\nfrom = \"trunk\"\ncalled = \"{number}\"\nto = \"user:{name}\"\n\
             [[sip.user]]\nname = \"{name}\"\npassword = \"wonderland\"\n{terms}\n"
        )
    };
    let sip_keys = format!("digests = [\"MD5\", \"SHA-256\"]\n{}{}", user("alice", "200"), user("bob", "201"));
    Setup { sip_keys, ..Setup::new() }.start()
}

/// A telephone registers as this user, and plays the scenario from then on.
fn telephone(gateway: &Gateway, user: &str, scenario: Scenario) -> tests::real::Playing {
    let at = gateway.place().free_port();
    let registering =
        Scenario::new("registering").with("user", user).with("password", "wonderland").with("status", 200);
    registering.play(gateway.place().folder(), gateway.sip(), at).succeeded();
    scenario.play(gateway.place().folder(), gateway.sip(), at).listening(at)
}

#[test]
fn a_registered_telephone_refers_its_caller_to_a_number() {
    let gateway = with_users("transfer = \"accept\"");
    let alice = telephone(&gateway, "alice", Scenario::new("referring_answerer").with("number", "600"));
    let output = gateway.sim_call(&["--called", "200", "--hold", "4"]);
    assert!(output.status.success(), "{output:?}");
    alice.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["transferred_to"], "600");
}

#[test]
fn a_telephone_that_is_busy_at_its_first_contact_is_reached_at_the_second() {
    let gateway = with_users("redirect = \"follow\"");
    // 603 is a number of the exchange, which is busy.
    let contacts = "<tel:201>;q=0.3, <tel:603>;q=0.8";
    let alice = telephone(&gateway, "alice", Scenario::new("sending_on").with("contacts", contacts));
    let bob = telephone(&gateway, "bob", Scenario::new("answering"));
    let output = gateway.sim_call(&["--called", "200", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    alice.succeeded();
    bob.succeeded();
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["disposition"], &record["called"]), (&"answered".into(), &"201".into()), "{record:#}");
}
