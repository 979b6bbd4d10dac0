//! The rows: start | events | what is said | state after | timer after | figure. "-" is nothing.
//!
//! "kept" is a timer that runs on as before the event. Events of one line do the same. "not drawn" is what no figure has:
//! it is ignored, and counted.

pub const TEI_ASSIGNED: &str = "
    4 | DL-ESTABLISH                  | SABME P                          | 5 | T200 | B-4 (1 of 2)
    4 | DL-RELEASE                    | DL-RELEASE confirm               | 4 | off  | B-4 (1 of 2)
    4 | PH-DEACTIVATE                 | -                                | 4 | off  | B-4 (1 of 2)
    4 | SABME P                       | UA F, DL-ESTABLISH indication    | 7 | T203 | B-4 (1 of 2)
    4 | SABME                         | UA, DL-ESTABLISH indication      | 7 | T203 | B-4 (1 of 2)
    4 | DISC P                        | DM F                             | 4 | off  | B-4 (1 of 2)
    4 | DISC                          | DM                               | 4 | off  | B-4 (1 of 2)
    4 | UA F                          | MDL-ERROR C                      | 4 | off  | B-4 (2 of 2)
    4 | UA                            | MDL-ERROR D                      | 4 | off  | B-4 (2 of 2)
    4 | DM F                          | -                                | 4 | off  | B-4 (2 of 2)
    4 | DM                            | SABME P                          | 5 | T200 | B-4 (2 of 2)
    4 | DL-UNIT-DATA x                | UI x                             | 4 | off  | B-9 (1 of 5)
    4 | UI x                          | DL-UNIT-DATA x                   | 4 | off  | B-9 (1 of 5)
    4 | undefined                     | MDL-ERROR L                      | 4 | off  | B-9 (3 of 5)
    4 | SABME with information        | MDL-ERROR M                      | 4 | off  | B-9 (3 of 5)
    4 | RR with information           | MDL-ERROR N                      | 4 | off  | B-9 (3 of 5)
    4 | I too long                    | MDL-ERROR O                      | 4 | off  | B-9 (3 of 5)
    4 | DL-DATA x, XID, FRMR         | -                                | 4 | off  | not drawn
    4 | RR0 c, RR0 P, RR0, RR0 F, RR1 | -                                | 4 | off  | not drawn
    4 | RNR0 c, RNR0 P, RNR0, RNR0 F, RNR1 | -                           | 4 | off  | not drawn
    4 | REJ0 c, REJ0 P, REJ0, REJ0 F, REJ1 | -                           | 4 | off  | not drawn
    4 | I0.0 x, I0.0P x, I1.0 x, I1.0P x, I0.1 x | -                     | 4 | off  | not drawn
";

pub const AWAITING_ESTABLISHMENT: &str = "
    5 | DL-ESTABLISH                  | -                                | 5 | kept | B-5 (1 of 3)
    5 | DL-RELEASE                    | -                                | 5 | kept | B-5 (1 of 3)
    5 | PH-DEACTIVATE                 | DL-RELEASE indication            | 4 | off  | B-5 (1 of 3)
    5 | SABME P                       | UA F                             | 5 | kept | B-5 (1 of 3)
    5 | SABME                         | UA                               | 5 | kept | B-5 (1 of 3)
    5 | DISC P                        | DM F                             | 5 | kept | B-5 (2 of 3)
    5 | DISC                          | DM                               | 5 | kept | B-5 (2 of 3)
    5 | UA F                          | DL-ESTABLISH confirm             | 7 | T203 | B-5 (2 of 3)
    5 | UA                            | MDL-ERROR D                      | 5 | kept | B-5 (2 of 3)
    5 | DM F                          | DL-RELEASE indication            | 4 | off  | B-5 (2 of 3)
    5 | DM                            | -                                | 5 | kept | B-5 (2 of 3)
    5 | DL-DATA x                     | -                                | 5 | kept | B-5 (3 of 3)
    5 | T200                          | SABME P                          | 5 | T200 | B-5 (3 of 3)
    5 | DL-UNIT-DATA x                | UI x                             | 5 | kept | B-9 (1 of 5)
    5 | UI x                          | DL-UNIT-DATA x                   | 5 | kept | B-9 (1 of 5)
    5 | undefined                     | MDL-ERROR L                      | 5 | kept | B-9 (3 of 5)
    5 | SABME with information        | MDL-ERROR M                      | 5 | kept | B-9 (3 of 5)
    5 | RR with information           | MDL-ERROR N                      | 5 | kept | B-9 (3 of 5)
    5 | I too long                    | MDL-ERROR O                      | 5 | kept | B-9 (3 of 5)
    5 | XID, FRMR                     | -                                | 5 | kept | not drawn
    5 | RR0 c, RR0 P, RR0, RR0 F, RR1 | -                                | 5 | kept | not drawn
    5 | RNR0 c, RNR0 P, RNR0, RNR0 F, RNR1 | -                           | 5 | kept | not drawn
    5 | REJ0 c, REJ0 P, REJ0, REJ0 F, REJ1 | -                           | 5 | kept | not drawn
    5 | I0.0 x, I0.0P x, I1.0 x, I1.0P x, I0.1 x | -                     | 5 | kept | not drawn

    5 given up | T200                 | MDL-ERROR G, DL-RELEASE indication | 4 | off | B-5 (3 of 3)
    5 release saved | UA F            | DL-ESTABLISH confirm, DISC P     | 6 | T200 | B-5 (1 of 3)
    5 release saved | DM F            | DL-RELEASE indication, DL-RELEASE confirm | 4 | off | B-5 (1 of 3)
    5 again | UA F                    | -                                | 7 | T203 | B-5 (2 of 3)
    5 again | DM F                    | DL-RELEASE indication            | 4 | off  | B-5 (2 of 3)
    5 again, lost | UA F              | DL-ESTABLISH indication          | 7 | T203 | B-5 (2 of 3)
";

pub const AWAITING_RELEASE: &str = "
    6 | PH-DEACTIVATE                 | DL-RELEASE confirm               | 4 | off  | B-6 (1 of 2)
    6 | SABME P                       | DM F                             | 6 | kept | B-6 (1 of 2)
    6 | SABME                         | DM                               | 6 | kept | B-6 (1 of 2)
    6 | DISC P                        | UA F                             | 6 | kept | B-6 (1 of 2)
    6 | DISC                          | UA                               | 6 | kept | B-6 (1 of 2)
    6 | UA F                          | DL-RELEASE confirm               | 4 | off  | B-6 (1 of 2)
    6 | UA                            | MDL-ERROR D                      | 6 | kept | B-6 (1 of 2)
    6 | DM F                          | DL-RELEASE confirm               | 4 | off  | B-6 (2 of 2)
    6 | DM                            | -                                | 6 | kept | B-6 (2 of 2)
    6 | T200                          | DISC P                           | 6 | T200 | B-6 (2 of 2)
    6 | DL-UNIT-DATA x                | UI x                             | 6 | kept | B-9 (1 of 5)
    6 | UI x                          | DL-UNIT-DATA x                   | 6 | kept | B-9 (1 of 5)
    6 | undefined                     | MDL-ERROR L                      | 6 | kept | B-9 (3 of 5)
    6 | SABME with information        | MDL-ERROR M                      | 6 | kept | B-9 (3 of 5)
    6 | RR with information           | MDL-ERROR N                      | 6 | kept | B-9 (3 of 5)
    6 | I too long                    | MDL-ERROR O                      | 6 | kept | B-9 (3 of 5)
    6 | DL-ESTABLISH, DL-RELEASE      | -                                | 6 | kept | not drawn: saved
    6 | DL-DATA x, XID, FRMR         | -                                | 6 | kept | not drawn
    6 | RR0 c, RR0 P, RR0, RR0 F, RR1 | -                                | 6 | kept | not drawn
    6 | RNR0 c, RNR0 P, RNR0, RNR0 F, RNR1 | -                           | 6 | kept | not drawn
    6 | REJ0 c, REJ0 P, REJ0, REJ0 F, REJ1 | -                           | 6 | kept | not drawn
    6 | I0.0 x, I0.0P x, I1.0 x, I1.0P x, I0.1 x | -                     | 6 | kept | not drawn

    6 given up | T200                 | MDL-ERROR H, DL-RELEASE confirm  | 4 | off  | B-6 (2 of 2)
    6 establish saved | UA F          | DL-RELEASE confirm, SABME P      | 5 | T200 | not drawn: saved
    6 establish saved | DM F          | DL-RELEASE confirm, SABME P      | 5 | T200 | not drawn: saved
";

pub const MULTIPLE_FRAME_ESTABLISHED: &str = "
    7 | DL-ESTABLISH                  | SABME P                          | 5 | T200 | B-7 (1 of 10)
    7 | DL-RELEASE                    | DISC P                           | 6 | T200 | B-7 (1 of 10)
    7 | DL-DATA x                     | I0.0 x                           | 7 | T200 | B-7 (1 of 10)
    7 | T203                          | RR0 P                            | 8 | T200 | B-7 (2 of 10)
    7 | PH-DEACTIVATE                 | DL-RELEASE indication            | 4 | off  | B-7 (2 of 10)
    7 | SABME P                       | UA F, MDL-ERROR F                | 7 | T203 | B-7 (3 of 10)
    7 | SABME                         | UA, MDL-ERROR F                  | 7 | T203 | B-7 (3 of 10)
    7 | DISC P                        | UA F, DL-RELEASE indication      | 4 | off  | B-7 (3 of 10)
    7 | DISC                          | UA, DL-RELEASE indication        | 4 | off  | B-7 (3 of 10)
    7 | UA F                          | MDL-ERROR C                      | 7 | kept | B-7 (3 of 10)
    7 | UA                            | MDL-ERROR D                      | 7 | kept | B-7 (3 of 10)
    7 | DM F                          | MDL-ERROR B                      | 7 | kept | B-7 (4 of 10)
    7 | DM                            | MDL-ERROR E, SABME P             | 5 | T200 | B-7 (4 of 10)
    7 | RR0 c, RR0, REJ0 c, REJ0      | -                                | 7 | T203 | B-7 (5 and 6 of 10)
    7 | RR0 P, REJ0 P                 | RR0 F                            | 7 | T203 | B-7 (5 and 6 of 10)
    7 | RR0 F, REJ0 F                 | MDL-ERROR A                      | 7 | T203 | B-7 (5 and 6 of 10)
    7 | RNR0 c, RNR0                  | -                                | 7 | T200 | B-7 (7 of 10)
    7 | RNR0 P                        | RR0 F                            | 7 | T200 | B-7 (7 of 10)
    7 | RNR0 F                        | MDL-ERROR A                      | 7 | T200 | B-7 (7 of 10)
    7 | FRMR                          | MDL-ERROR K, SABME P             | 5 | T200 | B-7 (7 of 10)
    7 | I0.0 x                        | DL-DATA x, RR1                   | 7 | T203 | B-7 (8 to 10 of 10)
    7 | I0.0P x                       | DL-DATA x, RR1 F                 | 7 | T203 | B-7 (8 and 9 of 10)
    7 | I1.0 x                        | REJ0                             | 7 | T203 | B-7 (8 and 9 of 10)
    7 | I1.0P x                       | REJ0 F                           | 7 | T203 | B-7 (8 and 9 of 10)
    7 | RR1, RNR1, REJ1               | MDL-ERROR J, SABME P             | 5 | T200 | B-9 (4 of 5)
    7 | I0.1 x                        | DL-DATA x, MDL-ERROR J, SABME P  | 5 | T200 | B-9 (4 of 5)
    7 | DL-UNIT-DATA x                | UI x                             | 7 | kept | B-9 (1 of 5)
    7 | UI x                          | DL-UNIT-DATA x                   | 7 | kept | B-9 (1 of 5)
    7 | undefined                     | MDL-ERROR L, SABME P             | 5 | T200 | B-9 (2 of 5)
    7 | SABME with information        | MDL-ERROR M, SABME P             | 5 | T200 | B-9 (2 of 5)
    7 | RR with information           | MDL-ERROR N, SABME P             | 5 | T200 | B-9 (2 of 5)
    7 | I too long                    | MDL-ERROR O, SABME P             | 5 | T200 | B-9 (2 of 5)
    7 | XID                           | -                                | 7 | kept | not drawn

    7 a, b sent | DL-DATA x           | I2.0 x                           | 7 | kept | B-7 (1 of 10)
    7 a, b sent | T200                | RR0 P                            | 8 | T200 | B-7 (2 of 10)
    7 a, b sent | SABME P             | UA F, MDL-ERROR F, DL-ESTABLISH indication | 7 | T203 | B-7 (3 of 10)
    7 a, b sent | DISC P              | UA F, DL-RELEASE indication      | 4 | off  | B-7 (3 of 10)
    7 a, b sent | RR0, RR0 c          | -                                | 7 | kept | B-7 (6 of 10)
    7 a, b sent | RR1                 | -                                | 7 | T200 | B-7 (6 of 10)
    7 a, b sent | RR2                 | -                                | 7 | T203 | B-7 (6 of 10)
    7 a, b sent | RR3, RNR3, REJ3, RR127 | MDL-ERROR J, SABME P          | 5 | T200 | B-9 (4 of 5)
    7 a, b sent | REJ0                | I0.0 a, I1.0 b                   | 7 | T200 | B-7 (6 of 10)
    7 a, b sent | REJ1 P              | RR0 F, I1.0 b                    | 7 | T200 | B-7 (6 of 10)
    7 a, b sent | REJ2                | -                                | 7 | T203 | B-7 (6 of 10)
    7 a, b sent | RNR0, RNR1, RNR2    | -                                | 7 | T200 | B-7 (7 of 10)
    7 a, b sent | I0.0 x              | DL-DATA x, RR1                   | 7 | kept | B-7 (9 of 10)
    7 a, b sent | I0.1 x              | DL-DATA x, RR1                   | 7 | T200 | B-7 (9 of 10)
    7 a, b sent | I0.2 x              | DL-DATA x, RR1                   | 7 | T203 | B-7 (9 of 10)

    7 peer busy | DL-DATA x           | -                                | 7 | kept | B-7 (1 of 10)
    7 peer busy | T200                | RR0 P                            | 8 | T200 | B-7 (2 of 10)
    7 peer busy | RR0, REJ0           | I0.0 held                        | 7 | T200 | B-7 (5 and 6 of 10)
    7 peer busy | RR0 P               | RR0 F, I0.0 held                 | 7 | T200 | B-7 (5 and 6 of 10)
    7 peer busy | RNR0 P              | RR0 F                            | 7 | T200 | B-7 (7 of 10)
    7 peer busy | I0.0 x              | DL-DATA x, RR1                   | 7 | kept | B-7 (9 of 10)
    7 peer busy | SABME P             | UA F, MDL-ERROR F, I0.0 held     | 7 | T200 | B-7 (3 of 10)

    7 rejecting | I2.0 x              | -                                | 7 | T203 | B-7 (8 of 10)
    7 rejecting | I2.0P x             | RR0 F                            | 7 | T203 | B-7 (8 of 10)
    7 rejecting | I0.0 x              | DL-DATA x, RR1                   | 7 | T203 | B-7 (8 of 10)
    7 rejecting | RR0 P               | RR0 F                            | 7 | T203 | B-7 (5 of 10)
";

pub const TIMER_RECOVERY: &str = "
    8 | DL-ESTABLISH                  | SABME P                          | 5 | T200 | B-8 (1 of 9)
    8 | DL-RELEASE                    | DISC P                           | 6 | T200 | B-8 (1 of 9)
    8 | DL-DATA x                     | -                                | 8 | kept | B-8 (1 of 9)
    8 | T200                          | RR0 P                            | 8 | T200 | B-8 (2 of 9)
    8 | PH-DEACTIVATE                 | DL-RELEASE indication            | 4 | off  | B-8 (2 of 9)
    8 | SABME P                       | UA F, MDL-ERROR F                | 7 | T203 | B-8 (3 of 9)
    8 | SABME                         | UA, MDL-ERROR F                  | 7 | T203 | B-8 (3 of 9)
    8 | DISC P                        | UA F, DL-RELEASE indication      | 4 | off  | B-8 (3 of 9)
    8 | DISC                          | UA, DL-RELEASE indication        | 4 | off  | B-8 (3 of 9)
    8 | UA F                          | MDL-ERROR C                      | 8 | kept | B-8 (3 of 9)
    8 | UA                            | MDL-ERROR D                      | 8 | kept | B-8 (3 of 9)
    8 | DM F                          | MDL-ERROR B, SABME P             | 5 | T200 | B-8 (4 of 9)
    8 | DM                            | MDL-ERROR E, SABME P             | 5 | T200 | B-8 (4 of 9)
    8 | RR0 c, RR0, REJ0 c, REJ0      | -                                | 8 | kept | B-8 (5 of 9)
    8 | RR0 P, REJ0 P                 | RR0 F                            | 8 | kept | B-8 (5 of 9)
    8 | RR0 F, REJ0 F                 | -                                | 7 | T203 | B-8 (5 of 9)
    8 | RNR0 c, RNR0                  | -                                | 8 | kept | B-8 (6 of 9)
    8 | RNR0 P                        | RR0 F                            | 8 | kept | B-8 (6 of 9)
    8 | RNR0 F                        | -                                | 7 | T200 | B-8 (6 of 9)
    8 | FRMR                          | MDL-ERROR K, SABME P             | 5 | T200 | B-8 (6 of 9)
    8 | I0.0 x                        | DL-DATA x, RR1                   | 8 | kept | B-8 (7 to 9 of 9)
    8 | I0.0P x                       | DL-DATA x, RR1 F                 | 8 | kept | B-8 (7 and 8 of 9)
    8 | I1.0 x                        | REJ0                             | 8 | kept | B-8 (7 and 8 of 9)
    8 | I1.0P x                       | REJ0 F                           | 8 | kept | B-8 (7 and 8 of 9)
    8 | RR1, RNR1, REJ1               | MDL-ERROR J, SABME P             | 5 | T200 | B-9 (4 of 5)
    8 | I0.1 x                        | DL-DATA x, MDL-ERROR J, SABME P  | 5 | T200 | B-9 (4 of 5)
    8 | DL-UNIT-DATA x                | UI x                             | 8 | kept | B-9 (1 of 5)
    8 | UI x                          | DL-UNIT-DATA x                   | 8 | kept | B-9 (1 of 5)
    8 | undefined                     | MDL-ERROR L, SABME P             | 5 | T200 | B-9 (2 of 5)
    8 | SABME with information        | MDL-ERROR M, SABME P             | 5 | T200 | B-9 (2 of 5)
    8 | RR with information           | MDL-ERROR N, SABME P             | 5 | T200 | B-9 (2 of 5)
    8 | I too long                    | MDL-ERROR O, SABME P             | 5 | T200 | B-9 (2 of 5)
    8 | XID                           | -                                | 8 | kept | not drawn

    8 given up | T200                 | MDL-ERROR I, SABME P             | 5 | T200 | B-8 (2 of 9)

    8 a, b sent | SABME P             | UA F, MDL-ERROR F, DL-ESTABLISH indication | 7 | T203 | B-8 (3 of 9)
    8 a, b sent | RR1, RR1 c, REJ1, RNR1, RR2 | -                        | 8 | kept | B-8 (5 and 6 of 9)
    8 a, b sent | RR1 P, REJ1 P, RNR1 P | RR0 F                          | 8 | kept | B-8 (5 and 6 of 9)
    8 a, b sent | RR0 F, REJ0 F       | I0.0 a, I1.0 b                   | 7 | T200 | B-8 (5 of 9)
    8 a, b sent | RR1 F, REJ1 F       | I1.0 b                           | 7 | T200 | B-8 (5 of 9)
    8 a, b sent | RR2 F               | -                                | 7 | T203 | B-8 (5 of 9)
    8 a, b sent | RNR0 F, RNR1 F, RNR2 F | -                             | 7 | T200 | B-8 (6 of 9)
    8 a, b sent | RR3 F, RR3, REJ3 c, RNR3  | MDL-ERROR J, SABME P       | 5 | T200 | B-9 (4 of 5)
    8 a, b sent | RNR3 P              | RR0 F, MDL-ERROR J, SABME P      | 5 | T200 | B-8 (6 of 9), B-9 (4 of 5)
    8 a, b sent | I0.2 x              | DL-DATA x, RR1                   | 8 | kept | B-8 (8 of 9)
";
