"""Routes of accounts."""

from fastapi import APIRouter, Request, Response

from functions.sessions import accounts
from functions.sessions.bodies import Login, LoginBody, SignUp, UserBody
from matinee.auth import AUTH_COOKIE, Presented, SignedIn
from matinee.http import problems
from matinee.settings import AccountSettings, OriginSettings, settings

router = APIRouter(prefix="/api", tags=["accounts"])


@router.post("/users", status_code=201, responses=problems("invalid_request", "signup_closed", "email_taken"))
def sign_up(body: SignUp) -> UserBody:
    """Open an account."""
    return UserBody.model_validate(accounts.sign_up(body.email, body.password, body.name))


@router.post("/login", responses=problems("invalid_request", "wrong_credentials", "too_many_attempts"))
def log_in(body: Login, request: Request, response: Response) -> LoginBody:
    """Sign in."""
    user, token = accounts.log_in(body.email, body.password, client_address(request))
    response.set_cookie(
        AUTH_COOKIE,
        token,
        max_age=settings(AccountSettings).token_seconds,
        httponly=True,
        samesite="lax",
        secure=settings(OriginSettings).is_https,
    )
    return LoginBody(token=token, user=UserBody.model_validate(user))


@router.post("/logout", status_code=204)
def log_out(credentials: Presented, response: Response) -> None:
    """Sign out: the token that the request brings is void from now on."""
    accounts.log_out(credentials)
    _forget_cookie(response)


@router.get("/me", responses=problems("not_authenticated"))
def me(user: SignedIn) -> UserBody:
    """The account that is signed in."""
    return UserBody.model_validate(user)


@router.delete("/me", status_code=202, response_class=Response, responses=problems("not_authenticated"))
def leave(user: SignedIn, response: Response) -> None:
    """Close the account: all its sessions end, and everything of them is deleted."""
    accounts.leave(user.id)
    _forget_cookie(response)


def client_address(request: Request) -> str:
    """The address of the client, as our own outermost proxy saw it; what a client itself wrote there is not believed."""
    hops = [hop.strip() for hop in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if hop.strip()]
    trusted = settings(AccountSettings).proxy_hops
    if len(hops) >= trusted:
        return hops[-trusted]
    return request.client.host if request.client else ""


def _forget_cookie(response: Response) -> None:
    response.delete_cookie(AUTH_COOKIE, httponly=True, samesite="lax", secure=settings(OriginSettings).is_https)
