//! Dates as spreadsheets hold them: `d/m/yyyy`, ISO, or an Excel serial. What is wrong with one is named precisely.

use jiff::civil::{Date, date};

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Day, month and year are there, but the month has no such day: 31 February.
    #[error("the month has no such day")]
    NoSuchDay,
    /// There is no such month: `03/14/2017` is perhaps month first.
    #[error("there is no such month")]
    NoSuchMonth,
    /// Two digits of the year are missing.
    #[error("the year needs four digits")]
    ShortYear,
    /// Only a year.
    #[error("day and month are missing")]
    YearOnly,
    /// The date lies outside 1900 to 2099.
    #[error("the year lies outside 1900 to 2099")]
    OutOfRange,
    /// None of the forms we know.
    #[error("write day/month/year")]
    Unreadable,
}

/// In which order somebody wrote a day and a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `14/03/2017`.
    DayFirst,
    /// `03/14/2017`.
    MonthFirst,
    /// `02/03/2017`: it does not tell.
    Either,
}

/// How many days later the serials of a workbook begin that counts from 1904-01-01.
pub const FROM_1900_TO_1904: f64 = 1462.0;

/// Reads `d/m/yyyy` (also with `-` or `.`), `yyyy-m-d`, each with an optional time of day, or a serial of five digits.
pub fn read(text: &str) -> Result<Date, DateError> {
    let day = text.trim().split([' ', 'T']).next().unwrap_or_default();
    if day.bytes().all(|b| b.is_ascii_digit() || b == b'.') && day.bytes().filter(|b| *b == b'.').count() < 2 {
        return from_number(day);
    }
    let mut parts = day.split(['/', '-', '.']);
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(DateError::Unreadable);
    };
    let (a, b, c) = (part(a)?, part(b)?, part(c)?);
    match (a, b, c) {
        ((year, 4), (month, 1 | 2), (d, 1 | 2)) | ((d, 1 | 2), (month, 1 | 2), (year, 4)) => civil(year, month, d),
        ((_, 1 | 2), (_, 1 | 2), (_, 2)) => Err(DateError::ShortYear),
        _ => Err(DateError::Unreadable),
    }
}

/// Whether a text is what spreadsheets make of what looks like a day to them, such as the class 3/1: `03/01/2026`,
/// `2026-01-03`, `03-Jan`, `Jan-03`, `03-thg 1`, or the serial of a day of these decades.
pub fn is_made_by_a_spreadsheet(text: &str) -> bool {
    let text = text.trim();
    if let Some(serial) = serial(text) {
        return (43_831.0..54_789.0).contains(&serial);
    }
    let is_number = |part: &str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    let (months, others): (Vec<&str>, Vec<&str>) = text.split('-').map(str::trim).partition(|part| is_month(part));
    if months.len() == 1 && matches!(others.len(), 1 | 2) && others.into_iter().all(is_number) {
        return true;
    }
    match read(text) {
        Ok(_) | Err(DateError::NoSuchDay | DateError::NoSuchMonth | DateError::OutOfRange) => true,
        // With dots it may be a name like any other.
        Err(DateError::ShortYear) => text.contains(['/', '-']),
        Err(DateError::YearOnly | DateError::Unreadable) => false,
    }
}

fn is_month(text: &str) -> bool {
    const ENGLISH: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let text = text.to_lowercase();
    let number = text.strip_prefix("thg").or_else(|| text.strip_prefix("tháng"));
    ENGLISH.contains(&&*text) || number.is_some_and(|number| matches!(number.trim().parse::<u8>(), Ok(1..=12)))
}

/// The order of `a/b/yyyy`; none where both orders come to one day, or to no day.
pub fn order(text: &str) -> Option<Order> {
    let mut parts = text.trim().split([' ', 'T']).next()?.split(['/', '-', '.']).map(part);
    let (Ok((a, 1 | 2)), Ok((b, 1 | 2)), Ok((_, 4)), None) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next())
    else {
        return None;
    };
    match (a > 12, b > 12) {
        (true, false) => Some(Order::DayFirst),
        (false, true) => Some(Order::MonthFirst),
        (false, false) if a != b => Some(Order::Either),
        _ => None,
    }
}

/// The day of an Excel serial (days since 1899-12-30; its fraction is the time of day).
pub fn from_serial(serial: f64) -> Result<Date, DateError> {
    let days = format!("{:.0}", serial.floor()).parse::<i32>().map_err(|_| DateError::Unreadable)?;
    // 61 is 1 March 1900: before it the serials count a 29 February 1900 that never was.
    if !(61..73_051).contains(&days) {
        return Err(DateError::OutOfRange);
    }
    date(1899, 12, 30).checked_add(jiff::Span::new().days(days)).map_err(|_| DateError::OutOfRange)
}

/// The date of a year, month and day that were told apart already.
pub fn civil(year: u16, month: u16, day: u16) -> Result<Date, DateError> {
    if !(1..=12).contains(&month) {
        return Err(DateError::NoSuchMonth);
    }
    let narrow = |n: u16| i8::try_from(n).map_err(|_| DateError::NoSuchDay);
    let year = i16::try_from(year).map_err(|_| DateError::OutOfRange)?;
    let found = Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| DateError::NoSuchDay)?;
    if (1900..=2099).contains(&year) { Ok(found) } else { Err(DateError::OutOfRange) }
}

/// The serial that a text is: a number of five whole digits.
pub fn serial(text: &str) -> Option<f64> {
    let whole = text.split('.').next().filter(|whole| whole.len() == 5 && whole.bytes().all(|b| b.is_ascii_digit()));
    whole.and_then(|_| text.parse().ok())
}

fn from_number(text: &str) -> Result<Date, DateError> {
    match text.split('.').next().unwrap_or_default() {
        whole if whole.len() == 5 => serial(text).ok_or(DateError::Unreadable).and_then(from_serial),
        whole if whole.len() == 4 => Err(DateError::YearOnly),
        _ => Err(DateError::Unreadable),
    }
}

/// A number and how many digits it was written with.
fn part(text: &str) -> Result<(u16, usize), DateError> {
    let shaped = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let number = if shaped { text.parse().ok() } else { None };
    number.map(|n| (n, text.len())).ok_or(DateError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_a_spreadsheet_holds_is_read() {
        let day = date(2017, 3, 14);
        for text in [
            "14/03/2017",
            "14/3/2017",
            "14-03-2017",
            "14.3.2017",
            "2017-03-14",
            "2017-03-14T00:00:00",
            "14/03/2017 07:30",
            "42808",
            "42808.5",
        ] {
            assert_eq!(read(text), Ok(day), "{text}");
        }
        assert_eq!(from_serial(42808.0), Ok(day));
        assert_eq!(read("29/02/2016"), Ok(date(2016, 2, 29)));
    }

    #[test]
    fn the_order_of_day_and_month_is_told_where_it_shows() {
        for (text, is) in [
            ("14/03/2017", Some(Order::DayFirst)),
            ("3-14-2017", Some(Order::MonthFirst)),
            ("02/03/2017 07:30", Some(Order::Either)),
            ("03/03/2017", None),
            ("2017-03-02", None),
            ("42808", None),
            ("14/14/2017", None),
        ] {
            assert_eq!(order(text), is, "{text}");
        }
    }

    #[test]
    fn what_a_spreadsheet_makes_of_a_class_is_told_from_classes() {
        for made in [
            "2026-01-03",
            "2026-01-03T00:00:00",
            "03/01/2026",
            "1/3/2026",
            "3/14/26",
            "03-01-26",
            "03.01.2026",
            "03-Jan",
            "3-jan",
            "Mar-01",
            "03-Mar-26",
            "03-thg 1",
            "thg 1-26",
            "03-Thg1-2026",
            "3-tháng 1",
            "46082",
            "46025.0",
        ] {
            assert!(is_made_by_a_spreadsheet(made), "{made}");
        }
        for class in [
            "3/1",
            "3-1",
            "3.1",
            "6.10",
            "10A1",
            "3A-Mây",
            "Mây 1",
            "May 1",
            "Mây-1",
            "3-Mây",
            "6.1.12",
            "12001",
            "2017",
            "101",
            "3-A",
            "Mẫu giáo 5-6 tuổi (A)",
            "thg 1",
            "1-thg 13",
            "",
        ] {
            assert!(!is_made_by_a_spreadsheet(class), "{class}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_date_is_named() {
        assert_eq!(read("31/02/2016"), Err(DateError::NoSuchDay));
        assert_eq!(read("29/02/2015"), Err(DateError::NoSuchDay));
        assert_eq!(read("0/1/2015"), Err(DateError::NoSuchDay));
        assert_eq!(read("03/14/2017"), Err(DateError::NoSuchMonth));
        assert_eq!(read("14/3/17"), Err(DateError::ShortYear));
        assert_eq!(read("2017"), Err(DateError::YearOnly));
        assert_eq!(read("14/3/1017"), Err(DateError::OutOfRange));
        for bad in ["", "/", "a/b/c", "14/3", "20170314", "1/2/3/4", "+1/2/2017", "NaN", "."] {
            assert_eq!(read(bad), Err(DateError::Unreadable), "{bad}");
        }
        assert!(from_serial(f64::NAN).is_err());
        assert!(from_serial(f64::INFINITY).is_err());
        assert!(from_serial(-5.0).is_err());
    }
}
