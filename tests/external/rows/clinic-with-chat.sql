-- Two clinics, Alpha (a) and Beta (b), with a patient each.

-- setup
INSERT INTO jurisdiction_rules (id, code, majority_age, minor_consent_age, adult_years, minor_years_after_majority, citation)
  VALUES ('00000000-0000-0000-0000-0000000000f1', 'US-IL', 18, 12, 10, 10, 'read by nobody yet');
INSERT INTO organisations (id, title, kind, jurisdiction_id, time_zone) VALUES
  ('00000000-0000-0000-0000-00000000000a', 'Alpha', 'clinic', '00000000-0000-0000-0000-0000000000f1', 'America/Chicago'),
  ('00000000-0000-0000-0000-00000000000b', 'Beta', 'clinic', '00000000-0000-0000-0000-0000000000f1', 'America/Chicago');
INSERT INTO users (id, email, display_name, role) VALUES ('00000000-0000-0000-0000-0000000000e1', 'ana@example.com', 'Ana', 'physician');
INSERT INTO practitioners (id, organisation_id, user_id, profession)
  VALUES ('00000000-0000-0000-0000-0000000000d1', '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-0000000000e1', 'physician');
INSERT INTO patients (id, organisation_id, mrn, legal_name, birth_date, sex_at_birth) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000000a', 'AA-1111', 'Ana Keller', '1984-03-19', 'female'),
  ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-00000000000a', 'AA-2222', 'Anna Keller', '1984-03-19', 'female'),
  ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-00000000000b', 'BB-1111', 'Bo Lind', '1990-01-01', 'male');

-- refused app.organisation_id: a transaction that did not say whose it is reads nothing
SELECT count(*) FROM patients;

-- finds 2: Alpha sees its own patients
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
SELECT count(*) FROM patients;

-- finds 0: Beta's patient does not exist for Alpha, by id either
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
SELECT count(*) FROM patients WHERE id = '00000000-0000-0000-0000-0000000000b1';

-- refused row-level security: writing into another clinic
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000b';
INSERT INTO patients (organisation_id, mrn, legal_name, birth_date, sex_at_birth)
  VALUES ('00000000-0000-0000-0000-00000000000a', 'AA-9999', 'Eve', '1984-03-19', 'female');

-- refused patients_mrn_in_organisation: the same number twice in one clinic
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO patients (mrn, legal_name, birth_date, sex_at_birth) VALUES ('AA-1111', 'Another', '1970-01-01', 'male');

-- passes: the same number in another clinic
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000b';
INSERT INTO patients (mrn, legal_name, birth_date, sex_at_birth) VALUES ('AA-1111', 'Another', '1970-01-01', 'male');

-- refused patients_merged_has_target: folded into nothing
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
UPDATE patients SET status = 'merged' WHERE mrn = 'AA-2222';

-- passes: folded into the other chart
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
UPDATE patients SET status = 'merged', merged_into_id = '00000000-0000-0000-0000-0000000000a1' WHERE mrn = 'AA-2222';

-- passes: a line of the log
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO access_log (patient_id, actor_id, actor_role, action, resource, ground, request_id)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e1', 'physician', 'view', 'patients', 'relationship', gen_random_uuid());

-- refused only added: rewriting the log
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
UPDATE access_log SET actor_role = 'nobody';

-- refused only added: shortening the log
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
DELETE FROM access_log;

-- passes: a visit and its draft
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO encounters (id, patient_id, practitioner_id, kind)
  VALUES ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', 'ambulatory');
INSERT INTO clinical_notes (id, patient_id, encounter_id, author_id, kind, draft_body)
  VALUES ('00000000-0000-0000-0000-0000000000c2', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d1', 'progress', '\x00');

-- refused encounters_patient_id_fkey: a visit of Alpha in the chart of Beta's patient, whom Alpha cannot even read
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO encounters (patient_id, practitioner_id, kind)
  VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000d1', 'ambulatory');

-- refused encounters_practitioner_id_fkey: a visit of Beta with Alpha's practitioner
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000b';
INSERT INTO encounters (patient_id, practitioner_id, kind)
  VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000d1', 'ambulatory');

-- refused clinical_notes_encounter_id_fkey: a note in one chart about the visit of another patient of the same clinic
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO clinical_notes (patient_id, encounter_id, author_id, kind, draft_body)
  VALUES ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d1', 'progress', '\x00');

-- refused clinical_notes_draft_or_versions: signed, and the text still in the draft
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
UPDATE clinical_notes SET status = 'signed', signed_at = now(), current_version = 1;

-- refused may not move: from draft to entered in error
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
UPDATE clinical_notes SET status = 'entered_in_error', draft_body = NULL, signed_at = now(), current_version = 1;

-- passes: signed, the text in its first version
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO note_versions (note_id, version_number, kind, body, body_sha256, signed_by)
  VALUES ('00000000-0000-0000-0000-0000000000c2', 1, 'original', '\x00', sha256('\x00'), '00000000-0000-0000-0000-0000000000d1');
UPDATE clinical_notes SET status = 'signed', draft_body = NULL, signed_at = now(), current_version = 1;

-- refused note_versions_change_has_reason: an amendment without a reason
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO note_versions (note_id, version_number, kind, body, body_sha256, signed_by)
  VALUES ('00000000-0000-0000-0000-0000000000c2', 2, 'amendment', '\x00', sha256('\x00'), '00000000-0000-0000-0000-0000000000d1');

-- refused note_versions_numbered: two amendments of the same number
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO note_versions (note_id, version_number, kind, body, body_sha256, reason, signed_by) VALUES
  ('00000000-0000-0000-0000-0000000000c2', 2, 'amendment', '\x00', sha256('\x00'), 'dose corrected', '00000000-0000-0000-0000-0000000000d1'),
  ('00000000-0000-0000-0000-0000000000c2', 2, 'amendment', '\x01', sha256('\x01'), 'dose corrected', '00000000-0000-0000-0000-0000000000d1');

-- refused observations_number_has_unit: a number without its unit
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO observations (patient_id, code, title, value_number, observed_at, source, source_id)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '2823-3', 'Potassium', 6.8, now(), 'lab', '1');

-- passes: a preliminary potassium
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO observations (patient_id, code, title, value_number, unit, observed_at, source, source_id)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '2823-3', 'Potassium', 6.80, 'mmol/L', now(), 'lab', '1');

-- finds 6.80: as many digits as the laboratory sent
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
SELECT value_number FROM observations;

-- refused observations_once: the same message twice
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO observations (patient_id, code, title, value_number, unit, observed_at, source, source_id)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '2823-3', 'Potassium', 6.8, 'mmol/L', now(), 'lab', '1');

-- refused prescriptions_refills_of_controlled: a refill of schedule II
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO prescriptions (patient_id, encounter_id, prescriber_id, drug_code, drug_title, dose_number, dose_unit, instructions, quantity_number, refills, schedule)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d1', '1049502', 'Oxycodone 5 mg', 1, '{tablet}', 'every six hours', 20, 1, 'II');

-- refused break_glass_accesses_reviewed_by_somebody: a verdict nobody gave
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO break_glass_accesses (patient_id, practitioner_id, reason_kind, reason, expires_at, verdict)
  VALUES ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', 'emergency', 'unconscious in the hall', now(), 'justified');

-- refused appointments_no_overlap: two patients in one slot
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO appointments (patient_id, practitioner_id, starts_at, ends_at, kind) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', '2026-03-02 09:00Z', '2026-03-02 09:20Z', 'in_person'),
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000d1', '2026-03-02 09:00Z', '2026-03-02 09:20Z', 'in_person');

-- refused workspaces_organisation_id_unique: a second workspace of one clinic
SET LOCAL app.organisation_id = '00000000-0000-0000-0000-00000000000a';
INSERT INTO workspaces (name, slug, organisation_id) VALUES
  ('Alpha', 'alpha', '00000000-0000-0000-0000-00000000000a'), ('Alpha 2', 'alpha-2', '00000000-0000-0000-0000-00000000000a');
