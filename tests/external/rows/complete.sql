-- Two practices, Harbour (a) and Hill (b), in one product.

-- setup
INSERT INTO users (id, email, provider_subject, display_name, role) VALUES ('00000000-0000-0000-0000-0000000000e1', 'ana@example.com', 'idp|1', 'Ana', 'veterinarian');
INSERT INTO workspaces (id, name, slug) VALUES
  ('00000000-0000-0000-0000-00000000000a', 'Harbour', 'harbour'),
  ('00000000-0000-0000-0000-00000000000b', 'Hill', 'hill');
INSERT INTO animals (id, workspace_id, name, species, owner_id) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-00000000000a', 'Rex', 'dog', '00000000-0000-0000-0000-0000000000e1'),
  ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-00000000000b', 'Mia', 'cat', '00000000-0000-0000-0000-0000000000e1');
INSERT INTO appointments (id, workspace_id, animal_id, veterinarian_id, starts_at, minutes) VALUES
  ('00000000-0000-0000-0000-0000000000a2', '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e1', '2026-03-02 09:00Z', 20);

-- passes: a treatment of one's own appointment
INSERT INTO treatments (workspace_id, appointment_id, notes)
  VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-0000000000a2', 'teeth');

-- refused treatments_appointment_id_fkey: a treatment of Hill in an appointment of Harbour
INSERT INTO treatments (workspace_id, appointment_id, notes)
  VALUES ('00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-0000000000a2', 'teeth');

-- refused appointments_animal_id_fkey: Hill's animal in Harbour's diary
UPDATE appointments SET animal_id = '00000000-0000-0000-0000-0000000000b1';

-- refused treatments_appointment_id_fkey: an appointment that moves to another practice leaves its treatments behind
UPDATE appointments SET workspace_id = '00000000-0000-0000-0000-00000000000b', animal_id = '00000000-0000-0000-0000-0000000000b1';

-- refused workspaces_slug_unique: the short name of a practice that was deleted, while links to it lie in mails
UPDATE workspaces SET deleted_at = now() WHERE slug = 'hill';
INSERT INTO workspaces (name, slug) VALUES ('Another Hill', 'hill');

-- passes: a practice that leaves takes its rows along
DELETE FROM workspaces WHERE id = '00000000-0000-0000-0000-00000000000a';

-- finds 0: nothing of it is left
SELECT count(*) FROM animals WHERE workspace_id = '00000000-0000-0000-0000-00000000000a';
