//! Sheets of workbooks and of CSV files become the same rows; what is no text and no number is refused by name.
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail loudly")]

use std::io::Write as _;

use dozor_domain::Coded as _;
use dozor_ingest::{read_sheet, write_sheet};
use flate2::Compression;
use flate2::write::DeflateEncoder;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const HEAD: &str = r#"<row r="2"><c r="B2" t="inlineStr"><is><t>permitted</t></is></c><c r="C2" t="inlineStr"><is><t>actual</t></is></c><c r="D2" t="inlineStr"><is><t>conflict</t></is></c></row>"#;

/// Makes a workbook of sheets, each of them rows as they are written in the file.
fn workbook(sheets: &[(&str, String)]) -> Vec<u8> {
    zipped(&sheet_parts(sheets))
}

fn sheet_parts(sheets: &[(&str, String)]) -> Vec<(String, String)> {
    let mut book = String::new();
    let mut relations = String::new();
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), TYPES.to_owned()),
        ("_rels/.rels".to_owned(), RELATIONS.to_owned()),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
    ];
    for (at, (name, rows)) in sheets.iter().enumerate() {
        book.push_str(&format!(r#"<sheet name="{name}" sheetId="{0}" r:id="rId{0}"/>"#, at + 1));
        relations.push_str(&format!(
            r#"<Relationship Id="rId{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{0}.xml"/>"#,
            at + 1
        ));
        let text = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{}.xml", at + 1), text));
    }
    parts.push(("xl/workbook.xml".to_owned(), format!(r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{book}</sheets></workbook>"#)));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{relations}</Relationships>"#)));
    parts
}

/// Writes a ZIP file by hand: each part deflated, then the list of parts.
fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        let mut check = flate2::Crc::new();
        check.update(text.as_bytes());
        let small = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
        let sizes = [check.sum().to_le_bytes(), small(packed.len()), small(text.len())].concat();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let (method, start) = ([8, 0], small(file.len()));
        file.extend(
            [
                b"PK\x03\x04\x14\0\0\0".as_slice(),
                &method,
                &[0; 4],
                &sizes,
                &length,
                &[0; 2],
                name.as_bytes(),
                &packed,
            ]
            .concat(),
        );
        list.extend(
            [
                b"PK\x01\x02\x14\0\x14\0\0\0".as_slice(),
                &method,
                &[0; 4],
                &sizes,
                &length,
                &[0; 12],
                &start,
                name.as_bytes(),
            ]
            .concat(),
        );
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let (size, start) = (u32::try_from(list.len()).unwrap(), u32::try_from(file.len()).unwrap());
    file.extend(&list);
    file.extend(
        [
            b"PK\x05\x06\0\0\0\0".as_slice(),
            &count,
            &count,
            &size.to_le_bytes(),
            &start.to_le_bytes(),
            &[0; 2],
        ]
        .concat(),
    );
    file
}

fn row(number: u32, cells: &str) -> String {
    format!(r#"{HEAD}<row r="{number}">{cells}</row>"#)
}

fn refused(bytes: &[u8], sheet: Option<&str>) -> (&'static str, String) {
    let fault = read_sheet(bytes, sheet).unwrap_err();
    (fault.info().code, fault.to_string())
}

#[test]
fn a_workbook_and_a_csv_file_of_the_same_table_give_the_same_rows() {
    let cells = r#"<c r="B4"><v>2.1</v></c><c r="C4" t="inlineStr"><is><t> торговля; киоск </t></is></c><c r="D4"><v>2</v></c>"#;
    let book = read_sheet(&workbook(&[("Лист1", row(4, cells))]), None).unwrap();
    let csv = "\u{feff}permitted;actual;conflict\r\n;;\r\n2.1;\"торговля; киоск\";2\r\n";
    assert_eq!(book, read_sheet(csv.as_bytes(), None).unwrap());
    assert_eq!(write_sheet(&book).unwrap(), "permitted;actual;conflict\n2.1;\"торговля; киоск\";2\n");
    let (old, _, _) = encoding_rs::WINDOWS_1251.encode("вид;группа\nсклад;1\n");
    assert_eq!(read_sheet(&old, None).unwrap()[1], ["склад", "1"]);
    assert_eq!(read_sheet("from,points\n0,1\n".as_bytes(), None).unwrap()[0], ["from", "points"]);
}

#[test]
fn texts_may_be_shared_and_a_changed_byte_is_noticed() {
    let rows = r#"<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="b"><v>1</v></c><c><f>1+1</f><v>2.1000000000000001</v></c></row>"#;
    let mut parts = sheet_parts(&[("Лист1", rows.to_owned())]);
    let texts = "<sst><si><r><t>клю</t></r><r><t>ч &amp; &#1103;</t></r><rPh><t>no</t></rPh></si><si><t>value</t></si></sst>";
    parts.push(("xl/sharedStrings.xml".to_owned(), texts.to_owned()));
    let mut bytes = zipped(&parts);
    assert_eq!(read_sheet(&bytes, None).unwrap(), [["ключ & я", "value"], ["true", "2.1"]]);
    let place = bytes.windows(4).rposition(|window| window == b"PK\x03\x04").unwrap() + 14;
    bytes[place] ^= 1;
    let list = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap() + 16;
    bytes[list] ^= 1;
    assert!(refused(&bytes, None).1.contains("check sum"));
}

#[test]
fn a_cell_that_is_no_text_and_no_number_is_refused_by_its_name() {
    for (cells, cell) in [
        (r#"<c r="B3" s="1"><v>46210</v></c>"#, "B3"),
        (r#"<c r="D3" t="e"><v>#N/A</v></c>"#, "D3"),
        (r#"<c r="E3"><v>7</v></c>"#, "E3"),
        (r#"<c r="XFD1048576"><v>7</v></c>"#, "XFD1048576"),
    ] {
        let (code, text) = refused(&workbook(&[("Лист1", row(3, cells))]), None);
        assert!(code == "SHEET_CELL" && text.contains(&format!("«{cell}»")), "{cells}: {code} {text}");
    }
}

#[test]
fn of_several_sheets_one_is_named() {
    let sheets = [("Правила", row(3, "")), ("Черновик", row(3, r#"<c r="B3"><v>1</v></c>"#))];
    let bytes = workbook(&sheets);
    assert_eq!(read_sheet(&bytes, Some("Черновик")).unwrap().len(), 2);
    for sheet in [None, Some("Нет такого")] {
        let (code, text) = refused(&bytes, sheet);
        assert!(code == "SHEET_FORM" && text.contains("Правила, Черновик"), "{text}");
    }
}

#[test]
fn what_is_no_table_is_refused() {
    let bomb = "0".repeat(80 << 20);
    for bytes in [
        b"".to_vec(),
        b"PK\x03\x04 and no more".to_vec(),
        vec![0xff, 0x00, 0xd8],
        vec![b'x'; 9 << 20],
        zipped(&[("xl/workbook.xml".to_owned(), bomb)]),
        zipped(&[("readme.txt".to_owned(), "no workbook".to_owned())]),
        zipped(&[("xl/workbook.xml".to_owned(), "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>".to_owned())]),
        zipped(&[("xl/workbook.xml".to_owned(), "<a>".repeat(100))]),
    ] {
        assert_eq!(refused(&bytes, None).0, "SHEET_FORM");
    }
}

#[test]
fn what_many_cells_would_take_together_is_refused_before_it_is_taken() {
    let shared = |cells: &dyn Fn(usize) -> String, count: usize| {
        let rows: String = (1..=count).map(cells).collect();
        let mut parts = sheet_parts(&[("Лист1", rows)]);
        let text = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1 << 20));
        parts.push(("xl/sharedStrings.xml".to_owned(), text));
        zipped(&parts)
    };
    let below = shared(&|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#), 9);
    let (code, text) = refused(&below, None);
    assert!(below.len() < 16 << 10 && code == "SHEET_FORM" && text.contains("8388608 bytes"), "{text}");
    let beside =
        shared(&|at| format!(r#"<c{} t="s"><v>0</v></c>"#, if at == 1 { r#" r="BM1""# } else { "" }), 9);
    let (code, text) = refused(&beside, None);
    assert!(code == "SHEET_CELL" && text.contains("«BM1»"), "nothing after it is read: {text}");
    let wide: String = (0..300).map(|at| format!(" a{at}=\"\"")).collect();
    let (code, text) = refused(&workbook(&[("Лист1", row(3, &format!("<c{wide}/>")))]), None);
    assert!(code == "SHEET_FORM" && text.contains("256 attributes"), "{text}");
}
