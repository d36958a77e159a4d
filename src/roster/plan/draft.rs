//! Writes down people: those who were not known, and what rows say anew of those who were.

use super::{
    super::{
        cell_reader::masked,
        field::Field,
        finding::Finding,
        row::{Identity, StaffRow},
    },
    difference::{HIDDEN, of_day, of_sex},
    imprint::imprint,
    keyring::{Keys, Prepared},
    known::{Contact, Known, Sector, Stand, Upn},
    matching::Guessed,
    trouble::Trouble,
    unit::Unit,
};
use crate::{
    base::id::{ContactId, IdentifierId, PersonId},
    model::{membership::Standing, phone::Phone, sector_id::SectorId},
    store::{
        matching::Keyed,
        people::{NewAccount, NewContact, NewIdentifier},
    },
};

impl Unit<'_> {
    /// Somebody who was not known: a person, an identifier, an account.
    pub(super) fn newcomer(&mut self, who: &Identity, it: &Prepared) -> Result<PersonId, Trouble> {
        let (sector_id, keyed) = match (&who.sector_id, it.keys.sector, &it.keys.derived) {
            (Some(id), Some(keyed), _) => (id.clone(), keyed),
            (_, _, Some((id, keyed))) => (id.clone(), *keyed),
            _ => return Err(Trouble::new(Field::SectorId, "", Finding::TemporaryIdUnknown)),
        };
        self.may_be_given(who, &sector_id, &keyed)?;
        self.may_be_theirs(None, who, it)?;
        let id: PersonId = self.world.ids.next();
        let sector = self.identifier(id, &sector_id, keyed);
        let account = self.world.ids.next();
        self.changes.accounts.push(NewAccount { id: account, person: id, name: sector_id.sign_in_name() });
        let known = Known {
            id,
            name: who.name.clone(),
            born: who.born,
            sex: who.sex,
            sector: Some(sector),
            citizen: None,
            upn: None,
            account: Some(account),
            contacts: Vec::new(),
            standing: Standing::newcomer(self.world.today),
            was: None,
            stood: Stand::default(),
            corrected: false,
            changed: false,
            imprint: None,
            imprinted: None,
        };
        self.introduce(known);
        self.citizen_number(id, who, &it.keys, guessed(it));
        Ok(id)
    }

    /// Whether the sector ID and the Microsoft account in a row may be given to whom the row is about.
    pub(super) fn may_be_corrected(&mut self, id: PersonId, who: &Identity, it: &Prepared) -> Result<(), Trouble> {
        self.may_be_theirs(Some(id), who, it)?;
        match self.awaited(id, who, it) {
            Some((sector_id, keyed)) => self.may_be_given(who, sector_id, &keyed),
            None => Ok(()),
        }
    }

    /// Whether the Microsoft account in a row is nobody else's. Whose it is is not told.
    fn may_be_theirs(&self, id: Option<PersonId>, who: &Identity, it: &Prepared) -> Result<(), Trouble> {
        let (Some(upn), Some(keyed)) = (&who.upn, it.keys.upn) else { return Ok(()) };
        let holder = self.holders.get(&keyed).filter(|holder| Some(**holder) != id);
        // Whoever got another in this run has it no more.
        let has = |known: &Known| known.upn.as_ref().is_some_and(|upn| upn.keyed == keyed);
        match holder {
            Some(holder) if self.people.get(holder).is_none_or(has) => {
                Err(Trouble::new(Field::Upn, upn, Finding::UpnTaken))
            }
            _ => Ok(()),
        }
    }

    /// What a row says of somebody known: a better name, a day of birth, the sector ID that was waited for. What the file
    /// leaves empty is not taken away.
    pub(super) fn correct(&mut self, id: PersonId, who: &Identity, it: &Prepared) {
        if let Some((sector_id, keyed)) = self.awaited(id, who, it) {
            self.replace_temporary(id, sector_id, keyed);
        }
        self.citizen_number(id, who, &it.keys, guessed(it));
        self.upn(id, who, &it.keys);
        let Some(known) = self.people.get_mut(&id) else { return };
        let (name, born, sex) = (known.name.clone(), known.born, known.sex);
        known.name.clone_from(&who.name);
        known.born = who.born.or(born);
        known.sex = who.sex.or(sex);
        let corrected = [name != known.name, born != known.born, sex != known.sex];
        known.corrected |= corrected.contains(&true);
        let [renamed, reborn, resexed] = corrected;
        if renamed {
            self.say(Field::FullName, name.as_str(), who.name.as_str());
        }
        if reborn {
            self.say(Field::BirthDate, born.map(of_day).unwrap_or_default(), who.born.map(of_day).unwrap_or_default());
        }
        if resexed {
            self.say(Field::Sex, sex.map_or("", of_sex), who.sex.map_or("", of_sex));
        }
    }

    /// Whether a row says nothing of somebody that [`Self::correct`] would change.
    pub(super) fn is_correct(&self, known: &Known, who: &Identity, it: &Prepared) -> bool {
        let number = it.keys.citizen.filter(|_| !guessed(it).citizen);
        let numbered = number.is_none_or(|said| known.citizen.is_some_and(|(_, known)| known == said));
        let reached = it.keys.upn.is_none_or(|said| known.upn.as_ref().is_some_and(|upn| upn.keyed == said));
        let named = known.name == who.name && self.awaited(known.id, who, it).is_none();
        let same =
            who.born.is_none_or(|born| known.born == Some(born)) && who.sex.is_none_or(|sex| known.sex == Some(sex));
        named && same && numbered && reached
    }

    /// The sector ID of a row, when the person still waits for one.
    fn awaited<'i>(&self, id: PersonId, who: &'i Identity, it: &Prepared) -> Option<(&'i SectorId, Keyed)> {
        let sector_id = who.sector_id.as_ref().filter(|id| !id.is_temporary())?;
        self.people.get(&id).filter(|known| !known.has_sector_id())?;
        Some((sector_id, it.keys.sector?))
    }

    /// In place: the person, the account and all that hangs from them stay.
    fn replace_temporary(&mut self, id: PersonId, sector_id: &SectorId, keyed: Keyed) {
        let sector = self.identifier(id, sector_id, keyed);
        let Some(known) = self.people.get_mut(&id) else { return };
        known.changed = true;
        if let Some(account) = known.account {
            self.changes.renamed.push((account, sector_id.sign_in_name()));
        }
        let before = known.sector.replace(sector);
        self.changes.superseded.extend(before.as_ref().map(|temporary| temporary.id));
        self.say(
            Field::SectorId,
            before.map(|temporary| temporary.value.to_string()).unwrap_or_default(),
            sector_id.as_str(),
        );
    }

    fn citizen_number(&mut self, id: PersonId, who: &Identity, keys: &Keys, guessed: Guessed) {
        let (Some(number), Some(keyed)) = (&who.citizen_number, keys.citizen) else { return };
        let Some(known) = self.people.get_mut(&id) else { return };
        if guessed.citizen || known.citizen.is_some_and(|(_, known)| known == keyed) {
            return;
        }
        let row: IdentifierId = self.world.ids.next();
        known.changed = true;
        let old = known.citizen.replace((row, keyed));
        self.changes.superseded.extend(old.map(|(old, _)| old));
        self.say(Field::CitizenNumber, old.map_or("", |_| HIDDEN), masked(number.expose()));
        self.changes.identifiers.push(NewIdentifier {
            id: row,
            person: id,
            kind: "cccd",
            value: None,
            sealed: Some(self.world.fields.seal("cccd", number.expose().as_bytes())),
            keyed,
        });
        self.holders.insert(keyed, id);
    }

    /// The Microsoft account that somebody has: the one of the last row counts.
    fn upn(&mut self, id: PersonId, who: &Identity, keys: &Keys) {
        let (Some(value), Some(keyed)) = (&who.upn, keys.upn) else { return };
        let Some(known) = self.people.get_mut(&id) else { return };
        if known.upn.as_ref().is_some_and(|known| known.keyed == keyed) {
            return;
        }
        let row: IdentifierId = self.world.ids.next();
        known.changed = true;
        let old = known.upn.replace(Upn { id: row, keyed, value: value.clone() });
        if let Some(old) = &old {
            // One that another row of the unit gave is not in the store yet.
            let given = self.changes.identifiers.len();
            self.changes.identifiers.retain(|new| new.id != old.id);
            if self.changes.identifiers.len() == given {
                self.changes.superseded.push(old.id);
            }
        }
        self.say(Field::Upn, old.map(|old| old.value).unwrap_or_default(), value.as_str());
        let value = Some(value.clone());
        self.changes.identifiers.push(NewIdentifier { id: row, person: id, kind: "upn", value, sealed: None, keyed });
        self.holders.insert(keyed, id);
    }

    /// Ways to reach a member of staff; what was proved by its owner stays.
    pub(super) fn contacts(&mut self, id: PersonId, row: &StaffRow) {
        for (kind, value) in said(row) {
            let Some(known) = self.people.get_mut(&id).filter(|known| !known.is_reached_by(kind, value)) else {
                continue;
            };
            known.changed = true;
            let before = known.contacts.extract_if(.., |contact| contact.kind == kind && contact.replaceable);
            let (before, dropped): (Vec<String>, Vec<Option<ContactId>>) =
                before.map(|contact| (contact.value, contact.id)).unzip();
            self.changes.dropped.extend(dropped.into_iter().flatten());
            let row: ContactId = self.world.ids.next();
            self.changes.contacts.retain(|new| new.person != id || new.kind != kind);
            self.changes.contacts.push(NewContact { id: row, person: id, kind, value: value.to_owned() });
            known.contacts.push(Contact { id: None, kind, value: value.to_owned(), replaceable: true });
            self.say(if kind == "email" { Field::Email } else { Field::Phone }, before.join(", "), value);
        }
    }

    fn identifier(&mut self, person: PersonId, sector_id: &SectorId, keyed: Keyed) -> Sector {
        let id = self.world.ids.next();
        self.changes.identifiers.push(NewIdentifier {
            id,
            person,
            kind: if sector_id.is_temporary() { "temp" } else { "moet" },
            value: Some(sector_id.to_string()),
            sealed: None,
            keyed,
        });
        self.holders.insert(keyed, person);
        Sector { id, value: sector_id.clone() }
    }

    /// An identifier is nobody's twice, not even of somebody whose record was removed. That somebody had it is told to no
    /// school that tries (R38).
    fn may_be_given(&mut self, who: &Identity, id: &SectorId, keyed: &Keyed) -> Result<(), Trouble> {
        let finding = match (self.buried.contains(keyed.as_slice()), self.taken.contains(&id.sign_in_name())) {
            (false, false) => return Ok(()),
            _ if self.world.bounded => self.pairs.nobodys(*keyed, who.born),
            (true, _) => Finding::SectorIdBuried,
            (false, true) => Finding::SectorIdTaken,
        };
        Err(Trouble::new(Field::SectorId, id.as_str(), finding))
    }

    /// The person is as this row says.
    pub(super) fn imprint(&mut self, id: PersonId, it: &Prepared) {
        let year = self.world.year;
        if let Some(known) = self.people.get_mut(&id) {
            known.imprint = imprint(it, year);
        }
    }
}

/// The ways to reach a member of staff in a row, and of which kind each is.
pub(super) fn said(row: &StaffRow) -> impl Iterator<Item = (&'static str, &str)> {
    let all = [("email", row.email.as_deref()), ("phone", row.phone.as_ref().map(Phone::as_str))];
    all.into_iter().filter_map(|(kind, value)| Some((kind, value?)))
}

/// Which of a row's identifiers are guesses.
pub(super) fn guessed(it: &Prepared) -> Guessed {
    Guessed { sector: it.record.is_guess(Field::SectorId), citizen: it.record.is_guess(Field::CitizenNumber) }
}
