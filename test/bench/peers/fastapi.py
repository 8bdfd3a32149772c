"""Peer: FastAPI, Mangum and fastapi-users, whose API the operations follow, on DynamoDB."""

import json
import os
import uuid
from typing import Annotated, Any, Optional

import boto3
from fastapi import FastAPI
from fastapi_users import BaseUserManager, FastAPIUsers, UUIDIDMixin, schemas
from fastapi_users.authentication import AuthenticationBackend, BearerTransport, JWTStrategy
from fastapi_users.db import BaseUserDatabase
from mangum import Mangum
from pydantic import BaseModel, Field, HttpUrl

SECRET = "a-secret-of-the-benchmark-of-32-bytes-and-more"


class User(BaseModel):
    id: uuid.UUID
    email: str
    hashed_password: str = ""
    is_active: bool
    is_superuser: bool
    is_verified: bool = True
    username: str
    name: Optional[str]
    company: Optional[str]
    job_title: Optional[str]
    avatar_url: Optional[str]
    metadata: Any
    password: None = None
    password_expired: Optional[bool]
    oauth_provider: Optional[str]
    oauth_id: Optional[str]
    is_service_account: bool
    is_onboarded: bool
    organization_id: Optional[uuid.UUID]


class UserRead(schemas.BaseUser[uuid.UUID]):
    username: str
    name: Optional[str]
    company: Optional[str]
    job_title: Optional[str]
    avatar_url: Optional[str]
    metadata: Any
    password: None
    password_expired: Optional[bool]
    oauth_provider: Optional[str]
    oauth_id: Optional[str]
    is_service_account: bool
    is_onboarded: bool
    organization_id: Optional[uuid.UUID]


Text = Annotated[str, Field(min_length=1, max_length=50)]


class UserUpdate(schemas.BaseUserUpdate, extra="forbid"):
    name: Optional[Text] = None
    company: Optional[Text] = None
    job_title: Optional[Text] = None
    avatar_url: Optional[HttpUrl] = None
    metadata: Any = None
    username: Optional[Annotated[str, Field(pattern=r"^[a-zA-Z0-9_\-@.]{1,50}$")]] = None
    is_onboarded: Optional[bool] = None
    password_expired: Optional[bool] = None


table = boto3.resource("dynamodb").Table(os.environ["USERS_TABLE_NAME"])


class UserDatabase(BaseUserDatabase[User, uuid.UUID]):
    async def get(self, id: uuid.UUID) -> Optional[User]:
        item = table.get_item(Key={"pk": f"USER#{id}"}, ConsistentRead=True).get("Item")
        if item is None:
            return None
        account = item["account"]
        user = User(**{**account, "metadata": json.loads(account["metadata"])})
        self.version = item["version"]
        return user

    async def update(self, user: User, update_dict: dict[str, Any]) -> User:
        changes = [(field, value) for field, value in update_dict.items() if getattr(user, field) != value]
        if not changes:
            return user
        numbered = list(enumerate(changes))
        table.update_item(
            Key={"pk": f"USER#{user.id}"},
            UpdateExpression="SET #version = :next, "
            + ", ".join(f"account.#f{at} = :v{at}" for at, _ in numbered),
            ConditionExpression="#version = :version",
            ExpressionAttributeNames={
                "#version": "version",
                **{f"#f{at}": field for at, (field, _) in numbered},
            },
            ExpressionAttributeValues={
                ":version": self.version,
                ":next": self.version + 1,
                **{f":v{at}": value for at, (_, value) in numbered},
            },
        )
        return user.model_copy(update=dict(changes))


class UserManager(UUIDIDMixin, BaseUserManager[User, uuid.UUID]):
    pass


async def get_user_manager():
    yield UserManager(UserDatabase())


backend = AuthenticationBackend(
    name="jwt",
    transport=BearerTransport(tokenUrl="token"),
    get_strategy=lambda: JWTStrategy(secret=SECRET, lifetime_seconds=3600),
)
users = FastAPIUsers[User, uuid.UUID](get_user_manager, [backend])
app = FastAPI()
app.include_router(users.get_users_router(UserRead, UserUpdate), prefix="/users")
handler = Mangum(app, lifespan="off")
