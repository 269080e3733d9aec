-- Ana, Bo and Cem; Ana has published one post.

-- setup
INSERT INTO users (id, email, display_name, role, handle) VALUES
  ('00000000-0000-0000-0000-0000000000e1', 'ana@example.com', 'Ana', 'member', 'ana'),
  ('00000000-0000-0000-0000-0000000000e2', 'bo@example.com', 'Bo', 'member', 'bo_l'),
  ('00000000-0000-0000-0000-0000000000e3', 'cem@example.com', 'Cem', 'moderator', 'cem');
INSERT INTO posts (id, author_id, body) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e1', 'First light.');

-- refused follows_not_self: following oneself
INSERT INTO follows (follower_id, followee_id) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000e1');

-- passes: Bo asks to follow Ana
INSERT INTO follows (follower_id, followee_id) VALUES
  ('00000000-0000-0000-0000-0000000000e2', '00000000-0000-0000-0000-0000000000e1');

-- refused follows_accepted_has_time: accepted, nobody knows since when
UPDATE follows SET status = 'accepted';

-- passes: accepted
UPDATE follows SET status = 'accepted', accepted_at = now();

-- refused follows.status may not move: a follower who has to ask again
UPDATE follows SET status = 'requested', accepted_at = NULL;

-- nightly users_follow_counts_are_true 2: neither counter moved
SELECT 1;

-- nightly users_follow_counts_are_true 0: both did
UPDATE users SET followers_count = 1 WHERE handle = 'ana';
UPDATE users SET following_count = 1 WHERE handle = 'bo_l';

-- refused follows_pair: a second follow of the same person
INSERT INTO follows (follower_id, followee_id) VALUES
  ('00000000-0000-0000-0000-0000000000e2', '00000000-0000-0000-0000-0000000000e1');

-- nightly follows_no_follow_across_a_block 1: Ana blocks Bo, and the follow is still there
INSERT INTO blocks (blocker_id, blocked_id) VALUES
  ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000e2');

-- nightly follows_no_follow_across_a_block 0: the block took it away
DELETE FROM follows;

-- nightly posts_likes_are_true 1: a like that nobody counted
INSERT INTO likes (post_id, user_id) VALUES
  ('00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e3');

-- nightly posts_removed_has_reason 1: removed past the moderators
UPDATE posts SET status = 'removed';

-- nightly posts_removed_has_reason 0: removed for a reason
INSERT INTO reports (id, reporter_id, target_type, target_id, reason, status) VALUES
  ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000e2', 'post',
   '00000000-0000-0000-0000-0000000000a1', 'harassment', 'open');
INSERT INTO moderation_actions (report_id, target_type, target_id, subject_id, moderator_id, action, basis, provision, statement) VALUES
  ('00000000-0000-0000-0000-0000000000b1', 'post', '00000000-0000-0000-0000-0000000000a1', '00000000-0000-0000-0000-0000000000e1',
   '00000000-0000-0000-0000-0000000000e3', 'remove_content', 'terms', 'Rule 2: no attacks on persons', 'Targets a named person.');

-- passes: decided
UPDATE reports SET status = 'actioned';

-- refused reports.status may not move: decided once is decided
UPDATE reports SET status = 'open';

-- refused users_handle_pattern: a handle with a Cyrillic letter
UPDATE users SET handle = 'аna' WHERE handle = 'ana';
