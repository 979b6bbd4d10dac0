//! What a registered telephone and a peer may do with calls, as SIPp tries it: transfer by REFER, and 302 with several contacts.

use tests::real::{Gateway, Playing, Scenario, Setup};

/// SIPp 3.6 looks at the first challenge and knows MD5 alone. User alice has these terms; 200 is alice, wherever the telephone is.
fn with_alice(terms: &str) -> Gateway {
    let sip_keys = format!(
        "digests = [\"MD5\", \"SHA-256\"]\n[[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:alice\"\n\
         [[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n{terms}"
    );
    Setup { sip_keys, ..Setup::new() }.start()
}

/// Her telephone registers, and plays the scenario from then on.
fn telephone(gateway: &Gateway, scenario: Scenario) -> Playing {
    let at = gateway.place().free_port();
    let registering = Scenario::new("registering").with("user", "alice").with("password", "wonderland");
    registering.with("status", 200).play(gateway.place().folder(), gateway.sip(), at).succeeded();
    scenario.play(gateway.place().folder(), gateway.sip(), at).listening(at)
}

#[test]
fn a_registered_telephone_refers_its_caller_to_a_number() {
    let gateway = with_alice("transfer = \"accept\"");
    let alice = telephone(&gateway, Scenario::new("referring_answerer").with("number", "600"));
    let output = gateway.sim_call(&["--called", "200", "--hold", "4"]);
    assert!(output.status.success(), "{output:?}");
    alice.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["transferred_to"], "600");
}

#[test]
fn a_telephone_that_is_busy_at_its_first_contact_is_reached_at_the_second() {
    let gateway = with_alice("redirect = \"follow\"");
    // 603 is busy; 605 would be nobody.
    let contacts = "<tel:605>;q=0.1, <tel:600>;q=0.3, <tel:603>;q=0.8";
    let alice = telephone(&gateway, Scenario::new("sending_on").with("contacts", contacts));
    let output = gateway.sim_call(&["--called", "200", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    alice.succeeded();
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["disposition"], &record["called"]), (&"answered".into(), &"600".into()), "{record:#}");
}
