//! The buffers of one direction of a channel: a ring of blocks of equal size.
//!
//! Blocks keep their place and their old octets, because MTP2 mode compares a received unit with whatever stands in the place before it.

/// A ring of blocks, allocated once.
#[derive(Debug)]
pub(super) struct Blocks {
    octets: Box<[u8]>,
    lengths: Box<[usize]>,
    block_octets: usize,
    /// The place of the oldest full block.
    first: usize,
    full: usize,
}

impl Blocks {
    pub fn new(block_octets: usize, count: usize) -> Self {
        Blocks {
            octets: vec![0; block_octets * count].into(),
            lengths: vec![0; count].into(),
            block_octets,
            first: 0,
            full: 0,
        }
    }

    pub fn count(&self) -> usize {
        self.lengths.len()
    }

    pub fn full(&self) -> usize {
        self.full
    }

    pub fn is_full(&self) -> bool {
        self.full == self.count()
    }

    /// Forgets all blocks, not what stands in their places.
    pub fn clear(&mut self) {
        (self.first, self.full) = (0, 0);
    }

    /// The oldest full block.
    pub fn front(&self) -> Option<&[u8]> {
        (self.full > 0).then(|| &self.block(self.first)[..self.lengths[self.first]])
    }

    /// Frees the oldest full block.
    pub fn pop(&mut self) {
        self.first = (self.first + 1) % self.count();
        self.full -= 1;
    }

    /// The block to be filled next; there must be a free one.
    pub fn next_mut(&mut self) -> &mut [u8] {
        let start = self.next() * self.block_octets;
        &mut self.octets[start..start + self.block_octets]
    }

    /// The first `length` octets of the block to be filled are a block.
    pub fn push(&mut self, length: usize) {
        self.lengths[self.next()] = length;
        self.full += 1;
    }

    /// Whether `frame` equals the beginning of what stands in the place before the next. The driver finds that place with a mask,
    /// which is why MTP2 wants a power of two.
    pub fn previous_begins_with(&self, frame: &[u8]) -> bool {
        let previous = self.next().wrapping_sub(1) & (self.count() - 1);
        self.block(previous).starts_with(frame)
    }

    fn next(&self) -> usize {
        (self.first + self.full) % self.count()
    }

    fn block(&self, place: usize) -> &[u8] {
        &self.octets[place * self.block_octets..(place + 1) * self.block_octets]
    }
}
