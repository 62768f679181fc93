"""What each role may do, task by task, as it is in force: from the table that decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from functions.admin.door.guards import visit
from functions.admin.language import marked
from functions.admin.rules import Rule
from functions.units.roles import PERMISSIONS, Permission, Role
from functions.units.store import UnitStore

ROLES: Mapping[Role, str] = {
    Role.DUTY_OFFICER: marked("Trực ban"),
    Role.INVESTIGATOR: marked("Cán bộ xác minh"),
    Role.LEAD: marked("Chỉ huy đội, ca trực"),
    Role.UNIT_HEAD: marked("Thủ trưởng đơn vị"),
    Role.INSPECTORATE: marked("Thanh tra"),
    Role.PROVINCE_SUPERVISOR: marked("Giám sát cấp tỉnh"),
    Role.KNOWLEDGE_EDITOR: marked("Biên tập nội dung"),
    Role.PRESS_OFFICER: marked("Phát ngôn, đăng tin"),
    Role.AUDITOR: marked("Kiểm tra"),
    Role.ADMINISTRATOR: marked("Quản trị"),
}

TASKS: Mapping[Permission, str] = {
    Permission.READ_CASES: marked("Xem phản ánh của đơn vị và cấp dưới"),
    Permission.WORK_CASES: marked("Nhận, phân loại, ghi chú, hỏi và trả lời người dân"),
    Permission.ENTER_CASES: marked("Nhập tin qua điện thoại, trực tiếp, bài đăng công khai"),
    Permission.ASSIGN: marked("Giao cán bộ xử lý"),
    Permission.TRANSFER: marked("Chuyển và tiếp nhận giữa các đơn vị"),
    Permission.DECIDE: marked("Thụ lý, gia hạn, kết luận xác minh"),
    Permission.APPROVE_WORDS: marked("Duyệt nội dung gửi người dân"),
    Permission.REQUEST_IDENTITY: marked("Đề nghị mở danh tính người phản ánh"),
    Permission.APPROVE_IDENTITY: marked("Duyệt mở danh tính (người thứ hai)"),
    Permission.BLOCK: marked("Tạm dừng tiếp nhận một tài khoản"),
    Permission.EXPORT: marked("Xuất dữ liệu"),
    Permission.READ_REGISTER: marked("Xem sổ theo dõi"),
    Permission.READ_LOGS: marked("Xem nhật ký truy cập"),
    Permission.EDIT_TEXTS: marked("Soạn câu mẫu của đơn vị"),
    Permission.EDIT_KNOWLEDGE: marked("Biên tập thủ tục, câu hỏi thường gặp"),
    Permission.PUBLISH: marked("Đăng tin"),
    Permission.MANAGE_UNITS: marked("Quản lý đơn vị và cán bộ"),
    Permission.MANAGE_ROSTERS: marked("Xếp lịch trực"),
    Permission.CONNECT_PAGES: marked("Kết nối trang Zalo"),
}


@dataclass(frozen=True, slots=True)
class Permissions:
    """Shows the table."""

    units: UnitStore

    def rules(self) -> Sequence[Rule]:
        """The route."""
        return (Rule("/permissions", "permissions", self.page),)

    def page(self) -> ResponseReturnValue:
        """Every task with the roles that may do it; one's own roles are marked."""
        here = visit()
        given = [
            (ROLES[one.role], unit.name if (unit := self.units.unit(one.unit_id)) else one.unit_id)
            for one in here.officer.roles
        ]
        return render_template(
            "permissions.html",
            roles=ROLES,
            tasks=TASKS,
            permitted=PERMISSIONS,
            own={one.role for one in here.officer.roles},
            given=given,
            may={task for task in Permission if here.officer.may(task)},
        )
