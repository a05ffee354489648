from koprogo_app.auth import sessions
from koprogo_app.auth.models import AuthSession
from koprogo_app.core import clock
from koprogo_app.core.db import everywhere
from koprogo_app.core.jobs import TASKS
from koprogo_app.modules.account import jobs


def test_the_hourly_sweep_forgets_expired_sessions_and_may_run_twice(bob):
    dead = sessions.open_session(bob, remember=False, address="", agent="")
    alive = sessions.open_session(bob, remember=False, address="", agent="")
    with everywhere() as s:
        for row in s.exec(
            AuthSession.__table__.select().where(AuthSession.token_hash == sessions.digest(dead.token))
        ).all():
            s.get_one(AuthSession, row.id).expires_at = clock.now()
    jobs.sweep_auth()
    jobs.sweep_auth()
    with everywhere() as s:
        kept = s.exec(AuthSession.__table__.select().where(AuthSession.user_id == bob.id)).all()
    assert [row.token_hash for row in kept] == [sessions.digest(alive.token)]
    assert TASKS["sweep_auth"][1] == "17 * * * *"
