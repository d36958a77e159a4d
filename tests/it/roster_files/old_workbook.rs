//! Workbooks of Excel 97-2003, byte by byte: a container of one stream, and in it the records of one sheet.

/// A record: its number, its length, its body.
fn record(number: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&number.to_le_bytes()[..], &length.to_le_bytes(), body].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat())
}

/// A cell of text.
pub(super) fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(wide.len() / 2).unwrap();
    let head = [row, column, 0, length].map(u16::to_le_bytes).concat();
    record(0x0204, &[&head[..], &[1], &wide].concat())
}

/// A cell that is a number.
pub(super) fn number(row: u16, column: u16, value: f64) -> Vec<u8> {
    let head = [row, column, 0].map(u16::to_le_bytes).concat();
    record(0x0203, &[&head[..], &value.to_le_bytes()].concat())
}

/// The password's record, which precedes what nobody can read.
pub(super) fn file_pass() -> Vec<u8> {
    record(0x002F, &[1, 0, 1, 0, 1, 0])
}

/// A workbook of one sheet with these cells; `before` stands at the beginning of the workbook's own records.
pub(super) fn workbook(before: &[u8], cells: &[Vec<u8>]) -> Vec<u8> {
    let name = "Danh sách";
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let globals = |at: u32| {
        let characters = u8::try_from(wide.len() / 2).unwrap();
        let sheet = [&at.to_le_bytes()[..], &[0, 0, characters, 1], &wide].concat();
        [&begin(5)[..], before, &record(0x0085, &sheet), &record(0x000A, &[])].concat()
    };
    let at = u32::try_from(globals(0).len()).unwrap();
    let stream = [&globals(at)[..], &begin(16), &cells.concat(), &record(0x000A, &[])].concat();
    container("Workbook", &stream)
}

/// The container with one stream of that name.
pub(super) fn container(name: &str, stream: &[u8]) -> Vec<u8> {
    const SECTOR: usize = 512;
    const FREE: u32 = 0xFFFF_FFFF;
    const END: u32 = 0xFFFF_FFFE;
    const FAT: u32 = 0xFFFF_FFFD;
    // Smaller streams would lie in a container within the container.
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let data = stream.len() / SECTOR;
    // Sectors: the tables, the directory, the stream.
    let tables = (data + 1).div_ceil(SECTOR / 4 - 1);
    let mut table: Vec<u32> = vec![FAT; tables];
    table.push(END);
    let first = table.len();
    table.extend((first..first + data).map(|at| u32::try_from(at + 1).unwrap()));
    *table.last_mut().unwrap() = END;
    table.resize(tables * SECTOR / 4, FREE);

    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.extend([0; 16]);
    for short in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        file.extend(short.to_le_bytes());
    }
    for long in [0, u32::from_le_bytes(number(tables)), u32::from_le_bytes(number(tables)), 0, 4096, END, 0, END, 0] {
        file.extend(long.to_le_bytes());
    }
    for at in 0..109 {
        file.extend(if at < tables { number(at) } else { FREE.to_le_bytes() });
    }
    file.extend(table.iter().flat_map(|entry| entry.to_le_bytes()));
    file.extend(entry("Root Entry", 5, END, 0));
    file.extend(entry(name, 2, u32::from_le_bytes(number(first)), stream.len()));
    file.extend([0; 256]);
    file.extend(stream);
    file
}

fn entry(name: &str, kind: u8, start: u32, size: usize) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(entry.len() + 2).unwrap();
    entry.resize(64, 0);
    entry.extend(length.to_le_bytes());
    entry.extend([kind, 1]);
    entry.extend([0xFF; 8]);
    entry.extend(if kind == 5 { 1_u32 } else { u32::MAX }.to_le_bytes());
    entry.extend([0; 36]);
    entry.extend(start.to_le_bytes());
    entry.extend(u64::try_from(size).unwrap().to_le_bytes());
    assert_eq!(entry.len(), 128);
    entry
}
