//! What a call asks of its circuit, in the words that the network has: ANSI's differ from ITU-T's in the IAM and have no CON.

use config::model::Ported;
use isup::codec::{BackwardCallIndicators, Message, MessageType};
use isup::exchange::Request;
use isup::variant::Variant;

use super::{bearer, portability};

/// The request, or what says the same in a network that does not know it. `ported`: how the trunk writes ported numbers.
pub fn said(request: Request, variant: &Variant, ported: Ported) -> Vec<Request> {
    match request {
        Request::Setup(mut iam) => {
            bearer::tell(&mut iam, variant);
            portability::told(&mut iam, ported);
            vec![Request::Setup(iam)]
        }
        Request::Connect(con) if !variant.knows(MessageType::CON) => {
            let indicators = con.find::<BackwardCallIndicators>().unwrap_or_default();
            let acm = Message::new(MessageType::ACM).with(indicators);
            vec![Request::AddressComplete(acm), Request::Answer(Message::new(MessageType::ANM))]
        }
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_at_once_is_con_or_acm_and_anm_where_there_is_no_con() {
        let con = || Request::Connect(Message::new(MessageType::CON).with(BackwardCallIndicators::default()));
        assert_eq!(said(con(), &Variant::ITU, Ported::Concatenated), [con()]);
        let kinds: Vec<_> = said(con(), &Variant::ANSI_95, Ported::GenericAddress)
            .into_iter()
            .map(|request| match request {
                Request::AddressComplete(message) | Request::Answer(message) => message.kind,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(kinds, [MessageType::ACM, MessageType::ANM]);
    }
}
