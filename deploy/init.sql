-- Roles and extensions, once, as the server's administrator, in the database that KoproGo will use:
--   OWNER_PASSWORD=… APP_PASSWORD=… SYSTEM_PASSWORD=… psql --set ON_ERROR_STOP=1 --dbname koprogo --file deploy/init.sql
-- compose.yaml runs it by itself when the database is made. None of the three roles is above row-level security.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv system_password SYSTEM_PASSWORD

CREATE ROLE koprogo_owner  LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE koprogo_app    LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE ROLE koprogo_system LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'system_password';

ALTER ROLE koprogo_app SET statement_timeout = '15s';
ALTER ROLE koprogo_app SET idle_in_transaction_session_timeout = '30s';

SELECT format('ALTER DATABASE %I OWNER TO koprogo_owner', current_database()) \gexec

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

REVOKE CREATE ON SCHEMA public FROM public;
GRANT CREATE ON SCHEMA public TO koprogo_owner;
GRANT USAGE ON SCHEMA public TO koprogo_app, koprogo_system;
