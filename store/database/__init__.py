"""The SQLite file: opening and checking it, migrations, one writer, many readers. Knows tables, not what they mean."""

from store.database.database import Database as Database
