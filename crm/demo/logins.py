"""The five people one can be in the demo. The log-in page, the `demo` command and the README name the same ones."""

from dataclasses import dataclass

PASSWORD = "setten-demo-2026"  # noqa: S105  (published on purpose; the demo company is the only thing behind it)


@dataclass(frozen=True)
class DemoLogin:
    """Somebody of the demo company a visitor may log in as."""

    code: str
    mail: str
    role_ja: str
    role_en: str
    name: str


LOGINS: tuple[DemoLogin, ...] = (
    DemoLogin("10301", "yamaguchi@example.jp", "営業担当（長崎営業課）", "Seller (Nagasaki sales)", "山口 大輔"),
    DemoLogin("10136", "iwanaga@example.jp", "上司（長崎営業課長）", "Boss (head of Nagasaki sales)", "岩永 康弘"),
    DemoLogin("10286", "murakami@example.jp", "他部署の同僚（熊本営業課）", "Colleague of another unit (Kumamoto sales)", "村上 陽子"),
    DemoLogin("10210", "nakahara@example.jp", "部外の社員（管理部）", "Outsider (administration)", "中原 理恵"),
    DemoLogin("10203", "sakata@example.jp", "システム管理者", "Administrator", "坂田 純"),
)
SELLER, BOSS, COLLEAGUE, OUTSIDER, ADMINISTRATOR = (login.code for login in LOGINS)
