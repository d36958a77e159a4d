//! Reads sheets of slips as their readers do: the text by a PDF reader that is not ours, the QR codes by their dark modules.

use lopdf::{Document, Object, content::Content};

/// A slip as it is read off the paper.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Read {
    pub(crate) name: String,
    /// Class and school.
    pub(crate) place: String,
    pub(crate) sector_id: String,
    pub(crate) code: String,
    /// What to do, line by line.
    pub(crate) steps: [String; 3],
    /// The dark modules of the QR code.
    qr: Vec<Dark>,
}

impl Read {
    /// Where the QR code leads.
    pub(crate) fn way_in(&self) -> String {
        decoded(&self.qr)
    }
}

/// The slips of each page.
pub(crate) fn read(pdf: &[u8]) -> Vec<Vec<Read>> {
    let document = Document::load_mem(pdf).unwrap();
    document
        .get_pages()
        .into_iter()
        .map(|(number, id)| {
            let text = document.extract_text(&[number]).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let codes = qr_codes(&Content::decode(&document.get_page_content(id)).unwrap());
            assert_eq!(lines.len(), 9 * codes.len(), "nine lines a slip: {lines:#?}");
            lines.chunks(9).zip(codes).map(|(lines, qr)| slip(lines, qr)).collect()
        })
        .collect()
}

/// All of them.
pub(crate) fn read_all(pdf: &[u8]) -> Vec<Read> {
    read(pdf).concat()
}

fn slip(lines: &[&str], qr: Vec<Dark>) -> Read {
    let line = |at: usize| lines[at].to_owned();
    assert_eq!((lines[2], lines[4]), ("Mã định danh ngành", "Mã kích hoạt"));
    Read { name: line(0), place: line(1), sector_id: line(3), code: line(5), steps: [line(6), line(7), line(8)], qr }
}

/// The lines of each badge of a document's only page, in the order in which they are printed.
pub(crate) fn badges(pdf: &[u8]) -> Vec<Vec<String>> {
    let document = Document::load_mem(pdf).unwrap();
    let numbers: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&numbers).unwrap();
    let lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let last = |line: &String| line.starts_with("Quét mã rồi nhập");
    lines.split_inclusive(last).map(<[String]>::to_vec).collect()
}

/// What the QR codes of a document say, in their order.
pub(crate) fn codes(pdf: &[u8]) -> Vec<String> {
    let document = Document::load_mem(pdf).unwrap();
    let pages = document.get_pages();
    let page = |id| qr_codes(&Content::decode(&document.get_page_content(id)).unwrap());
    pages.into_values().flat_map(page).map(|code| decoded(&code)).collect()
}

/// A module of a QR code, or a few in a row: left, top, right, bottom.
type Dark = [f32; 4];

/// The QR codes of a page, in their order: each a path of many rectangles that is filled at once.
fn qr_codes(content: &Content) -> Vec<Vec<Dark>> {
    let (mut codes, mut rects): (Vec<Vec<Dark>>, Vec<Dark>) = (Vec::new(), Vec::new());
    let mut points: Vec<(f32, f32)> = Vec::new();
    for operation in &content.operations {
        let at = |n: usize| number(&operation.operands[n]);
        match operation.operator.as_str() {
            "m" => points = vec![(at(0), at(1))],
            "l" => points.push((at(0), at(1))),
            "re" => rects.push([at(0), at(1), at(0) + at(2), at(1) + at(3)]),
            "h" => {
                let (x, y) = (points.iter().map(|p| p.0), points.iter().map(|p| p.1));
                let (least, most) = (f32::min as fn(f32, f32) -> f32, f32::max as fn(f32, f32) -> f32);
                rects.push([
                    x.clone().fold(f32::MAX, least),
                    y.clone().fold(f32::MAX, least),
                    x.fold(f32::MIN, most),
                    y.fold(f32::MIN, most),
                ]);
            }
            "f" | "f*" => codes.push(std::mem::take(&mut rects)),
            "S" | "n" => rects.clear(),
            _ => {}
        }
    }
    codes
}

fn number(object: &Object) -> f32 {
    object.as_float().unwrap()
}

/// Eight pixels a module, and four modules of blank around.
fn decoded(rects: &[Dark]) -> String {
    let side = rects.iter().map(|rect| whole(rect[2])).max().unwrap();
    let mut dark = vec![vec![false; side]; side];
    for rect in rects {
        let row = &mut dark[whole(rect[1])];
        row[whole(rect[0])..whole(rect[2])].fill(true);
    }
    let pixels = (side + 8) * 8;
    let at = |x: usize, y: usize| dark.get((y / 8).wrapping_sub(4))?.get((x / 8).wrapping_sub(4)).copied();
    let shade = |x, y| if at(x, y) == Some(true) { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(pixels, pixels, shade);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1, "one QR code of {side} modules");
    grids[0].decode().unwrap().1
}

/// A place between modules.
fn whole(at: f32) -> usize {
    (0..=177_u8).find(|n| (f32::from(*n) - at).abs() < 0.01).map(usize::from).unwrap()
}
