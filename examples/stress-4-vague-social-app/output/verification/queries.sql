-- Queries everything hangs on, prepared against the migrated schema: a column that moved fails here before it fails for users.

-- $1 reads, ($2, $3) is the cursor, $4 how far behind it is looked, $5 how many ids are wanted: 200. 14 days are asked for first: 200 authors who publish daily are 2,800 entries of posts_by_author and 5,000 are 70,000, which is when the decision on feeds is looked at again. Only where less than a page comes back is it asked once more, with a year; without $4 every miss would walk 200 posts of each author, however old
PREPARE feed_page (uuid, timestamptz, uuid, interval, integer) AS
  SELECT p.id, p.created_at
  FROM (SELECT followee_id AS author_id FROM follows WHERE follower_id = $1 AND status = 'accepted'
        UNION ALL SELECT $1) a
  JOIN users u ON u.id = a.author_id AND u.deleted_at IS NULL
    AND (u.suspended_until IS NULL OR u.suspended_until < now())
  CROSS JOIN LATERAL (
    SELECT id, created_at FROM posts
    WHERE author_id = a.author_id AND deleted_at IS NULL AND status = 'published'
      AND (created_at, id) < ($2, $3) AND created_at >= $2 - $4
    ORDER BY created_at DESC, id DESC LIMIT $5) p
  WHERE NOT EXISTS (SELECT 1 FROM blocks b
    WHERE (b.blocker_id = $1 AND b.blocked_id = a.author_id)
       OR (b.blocker_id = a.author_id AND b.blocked_id = $1))
  ORDER BY p.created_at DESC, p.id DESC LIMIT $5;

-- every read of posts ends in it, whether the ids come from a cached feed, a profile, a link or a push; a cached post saves its text, never this condition
PREPARE posts_shown (uuid, uuid[]) AS
  SELECT p.id, p.body, p.like_count, p.comment_count, p.edited_at, p.created_at, u.id AS author_id, u.handle, u.display_name
  FROM posts p JOIN users u ON u.id = p.author_id
  WHERE p.id = ANY ($2) AND p.deleted_at IS NULL AND p.status = 'published' AND u.deleted_at IS NULL
    AND (u.suspended_until IS NULL OR u.suspended_until < now())
    AND (NOT u.is_private OR u.id = $1 OR EXISTS (SELECT 1 FROM follows f
      WHERE f.follower_id = $1 AND f.followee_id = u.id AND f.status = 'accepted'))
    AND NOT EXISTS (SELECT 1 FROM blocks b
      WHERE (b.blocker_id = $1 AND b.blocked_id = u.id) OR (b.blocker_id = u.id AND b.blocked_id = $1))
  ORDER BY p.created_at DESC, p.id DESC;
