//! Components, Q.932 8.2.3.1 after X.229: invoke, return result, return error and reject.

use super::ber::{self, Fault, MalformedFacility, ObjectIdentifier, Reader, Tag};

/// Which invocation an answer is to; whoever invokes chooses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InvokeId(pub i32);

/// The name of an operation or of an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A number that the standard of the service gives.
    Local(i32),
    /// An identifier that nobody else gives.
    Global(ObjectIdentifier),
}

/// A component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Component {
    /// Do this.
    Invoke(Invoke),
    /// It is done.
    ReturnResult(ReturnResult),
    /// It cannot be done.
    ReturnError(ReturnError),
    /// That was not understood.
    Reject(Reject),
}

/// Invoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoke {
    /// Its identifier.
    pub id: InvokeId,
    /// The invocation that this one belongs to.
    pub linked: Option<InvokeId>,
    /// What to do.
    pub operation: Code,
    /// With what: values as they were written, none if empty.
    pub argument: Vec<u8>,
}

/// Return result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnResult {
    /// The invocation.
    pub id: InvokeId,
    /// The operation again, and what it gave.
    pub result: Option<(Code, Vec<u8>)>,
}

/// Return error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnError {
    /// The invocation.
    pub id: InvokeId,
    /// Why.
    pub error: Code,
    /// More about it: values as they were written, none if empty.
    pub parameter: Vec<u8>,
}

/// Reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The component that was not understood; `None`: its identifier was not either.
    pub id: Option<InvokeId>,
    /// What was wrong with it.
    pub problem: Problem,
}

/// What is wrong with a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// With which kind of component.
    pub kind: ProblemKind,
    /// The number, by kind.
    pub code: u8,
}

/// Which list a problem's number is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// Any component.
    General,
    /// Invoke.
    Invoke,
    /// Return result.
    ReturnResult,
    /// Return error.
    ReturnError,
}

impl Problem {
    /// No component of a known kind.
    pub const UNRECOGNIZED_COMPONENT: Self = Self { kind: ProblemKind::General, code: 0 };
    /// Its structure is wrong.
    pub const MISTYPED_COMPONENT: Self = Self { kind: ProblemKind::General, code: 1 };
    /// It is not encoded by the rules.
    pub const BADLY_STRUCTURED_COMPONENT: Self = Self { kind: ProblemKind::General, code: 2 };
    /// The identifier is in use.
    pub const DUPLICATE_INVOCATION: Self = Self { kind: ProblemKind::Invoke, code: 0 };
    /// Nobody here knows the operation.
    pub const UNRECOGNIZED_OPERATION: Self = Self { kind: ProblemKind::Invoke, code: 1 };
    /// The argument is not that operation's.
    pub const MISTYPED_ARGUMENT: Self = Self { kind: ProblemKind::Invoke, code: 2 };
}

impl Invoke {
    /// An invocation that belongs to no other.
    pub const fn new(id: InvokeId, operation: Code, argument: Vec<u8>) -> Self {
        Self { id, linked: None, operation, argument }
    }
}

impl Component {
    /// Reads the next component.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let unknown = |tag| reader.error(Fault::Tag(tag));
        let (INVOKE | RETURN_RESULT | RETURN_ERROR | REJECT) = reader.peek().unwrap_or(INVOKE) else {
            return Err(unknown(reader.peek().unwrap_or(INVOKE)));
        };
        let component = reader.value()?;
        let mut inner = component.reader();
        Ok(match component.tag {
            INVOKE => Self::Invoke(Invoke {
                id: id(&mut inner)?,
                linked: match inner.optional(Tag::context(0))? {
                    Some(linked) => Some(InvokeId(linked.number()?)),
                    None => None,
                },
                operation: code(&mut inner)?,
                argument: inner.rest().to_vec(),
            }),
            RETURN_RESULT => Self::ReturnResult(ReturnResult { id: id(&mut inner)?, result: result(&mut inner)? }),
            RETURN_ERROR => Self::ReturnError(ReturnError {
                id: id(&mut inner)?,
                error: code(&mut inner)?,
                parameter: inner.rest().to_vec(),
            }),
            _ => Self::Reject(Reject {
                id: match inner.optional(Tag::NULL)? {
                    Some(_) => None,
                    None => Some(id(&mut inner)?),
                },
                problem: problem(&mut inner)?,
            }),
        })
    }

    /// Appends the component.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Invoke(invoke) => ber::within(out, INVOKE, |out| {
                write_id(out, Tag::INTEGER, invoke.id);
                if let Some(linked) = invoke.linked {
                    write_id(out, Tag::context(0), linked);
                }
                write_code(out, &invoke.operation);
                out.extend_from_slice(&invoke.argument);
            }),
            Self::ReturnResult(result) => ber::within(out, RETURN_RESULT, |out| {
                write_id(out, Tag::INTEGER, result.id);
                if let Some((operation, values)) = &result.result {
                    ber::within(out, Tag::SEQUENCE, |out| {
                        write_code(out, operation);
                        out.extend_from_slice(values);
                    });
                }
            }),
            Self::ReturnError(error) => ber::within(out, RETURN_ERROR, |out| {
                write_id(out, Tag::INTEGER, error.id);
                write_code(out, &error.error);
                out.extend_from_slice(&error.parameter);
            }),
            Self::Reject(reject) => ber::within(out, REJECT, |out| {
                match reject.id {
                    Some(id) => write_id(out, Tag::INTEGER, id),
                    None => ber::null(out, Tag::NULL),
                }
                ber::integer(out, problem_tag(reject.problem.kind), i64::from(reject.problem.code));
            }),
        }
    }
}

fn id(reader: &mut Reader<'_>) -> Result<InvokeId, MalformedFacility> {
    reader.expect(Tag::INTEGER)?.number().map(InvokeId)
}

fn code(reader: &mut Reader<'_>) -> Result<Code, MalformedFacility> {
    match reader.optional(Tag::OBJECT_IDENTIFIER)? {
        Some(value) => Ok(Code::Global(ObjectIdentifier(value.contents.to_vec()))),
        None => reader.expect(Tag::INTEGER)?.number().map(Code::Local),
    }
}

fn result(reader: &mut Reader<'_>) -> Result<Option<(Code, Vec<u8>)>, MalformedFacility> {
    if reader.is_empty() {
        return Ok(None);
    }
    let mut inner = reader.within(Tag::SEQUENCE)?;
    let operation = code(&mut inner)?;
    Ok(Some((operation, inner.rest().to_vec())))
}

fn problem(reader: &mut Reader<'_>) -> Result<Problem, MalformedFacility> {
    let error = |tag| reader.error(Fault::Tag(tag));
    let tag = reader.peek().ok_or(reader.error(Fault::Truncated))?;
    let kind = PROBLEM_KINDS.into_iter().find(|kind| problem_tag(*kind) == tag).ok_or_else(|| error(tag))?;
    Ok(Problem { kind, code: reader.value()?.number()? })
}

fn write_id(out: &mut Vec<u8>, tag: Tag, id: InvokeId) {
    ber::integer(out, tag, i64::from(id.0));
}

fn write_code(out: &mut Vec<u8>, code: &Code) {
    match code {
        Code::Local(number) => ber::integer(out, Tag::INTEGER, i64::from(*number)),
        Code::Global(identifier) => ber::value(out, Tag::OBJECT_IDENTIFIER, &identifier.0),
    }
}

const fn problem_tag(kind: ProblemKind) -> Tag {
    match kind {
        ProblemKind::General => Tag::context(0),
        ProblemKind::Invoke => Tag::context(1),
        ProblemKind::ReturnResult => Tag::context(2),
        ProblemKind::ReturnError => Tag::context(3),
    }
}

const PROBLEM_KINDS: [ProblemKind; 4] =
    [ProblemKind::General, ProblemKind::Invoke, ProblemKind::ReturnResult, ProblemKind::ReturnError];

const INVOKE: Tag = Tag::constructed(1);
const RETURN_RESULT: Tag = Tag::constructed(2);
const RETURN_ERROR: Tag = Tag::constructed(3);
const REJECT: Tag = Tag::constructed(4);
