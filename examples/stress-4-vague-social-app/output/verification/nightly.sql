-- Promises of the data that span rows. Each count is the metric invariant_broken_rows with the first column as its label;
-- anything above 0 pages. Run on a copy: these are full scans.

-- the limit of 5,000 follows is held against following_count, and people compare followers_count with the list
SELECT 'users_follow_counts_are_true' AS invariant, count(*) AS broken_rows FROM (
  SELECT u.id FROM users u WHERE u.deleted_at IS NULL AND (
    u.followers_count <> (SELECT count(*) FROM follows f WHERE f.followee_id = u.id AND f.status = 'accepted')
    OR u.following_count <> (SELECT count(*) FROM follows f WHERE f.follower_id = u.id AND f.status = 'accepted'))
) AS broken;

-- a like that is shown and cannot be found was bought or lost
SELECT 'posts_likes_are_true' AS invariant, count(*) AS broken_rows FROM (
  SELECT p.id FROM posts p WHERE p.deleted_at IS NULL
    AND p.like_count <> (SELECT count(*) FROM likes l WHERE l.post_id = p.id)
) AS broken;

-- a post that says 3 comments and shows 2 looks censored
SELECT 'posts_comments_are_true' AS invariant, count(*) AS broken_rows FROM (
  SELECT p.id FROM posts p WHERE p.deleted_at IS NULL AND p.comment_count <>
    (SELECT count(*) FROM comments c WHERE c.post_id = p.id AND c.status = 'published' AND c.deleted_at IS NULL)
) AS broken;

-- content that vanished without a statement of reasons is a breach, and nobody can appeal it
SELECT 'posts_removed_has_reason' AS invariant, count(*) AS broken_rows FROM (
  SELECT p.id FROM posts p WHERE p.status = 'removed' AND NOT EXISTS (
    SELECT 1 FROM moderation_actions m
    WHERE m.target_id = p.id AND m.target_type = 'post' AND m.action = 'remove_content')
) AS broken;

-- a comment that vanished without a statement of reasons cannot be appealed
SELECT 'comments_removed_has_reason' AS invariant, count(*) AS broken_rows FROM (
  SELECT c.id FROM comments c WHERE c.status = 'removed' AND NOT EXISTS (
    SELECT 1 FROM moderation_actions m
    WHERE m.target_id = c.id AND m.target_type = 'comment' AND m.action = 'remove_content')
) AS broken;

-- a blocked person who still follows still reads
SELECT 'follows_no_follow_across_a_block' AS invariant, count(*) AS broken_rows FROM (
  SELECT f.id FROM follows f JOIN blocks b
    ON (b.blocker_id = f.follower_id AND b.blocked_id = f.followee_id)
    OR (b.blocker_id = f.followee_id AND b.blocked_id = f.follower_id)
) AS broken;
