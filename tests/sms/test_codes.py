"""One-time codes as people write them, and the numbers that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.sms.codes import SCANNED, codes
from tests.support.cost import linear

FOUND = [
    ("Your code is 123456.", ["123456"]),
    ("Your code is 123 456", ["123456"]),
    ("Your code is 123-456", ["123456"]),
    ("code: 8842", ["8842"]),
    ("code:8842", ["8842"]),
    ("G-123456 is your Google verification code.", ["123456"]),
    ("FB-12345 is your Facebook confirmation code", ["12345"]),
    ("Your code is A1B2C3", ["A1B2C3"]),
    ("Your code is a1b2c3.", ["a1b2c3"]),
    ("Your Slack code is K4X-9QT", ["K4X9QT"]),
    ("482913 is your Acme code for order 98765", ["482913"]),
    ("Your OTP for txn of Rs. 1,500.00 at AMAZON on card ending 1234 is 482913. Valid 10 min", ["482913"]),
    ("Your code for order 12345 is 998877", ["998877"]),
    ("Your verification code for your Acme account is 482913", ["482913"]),
    ("PIN for your card: 4821", ["4821"]),
    ("Your order 12345 has shipped. Delivery PIN: 4821", ["4821"]),
    ("Here is your code:\n\n482913\n\nDo not share it.", ["482913"]),
    ("Here is your login code! 482913", ["482913"]),
    ("482913\nis your code", ["482913"]),
    ("482913. This is your Acme code.", ["482913"]),
    ("Use 482913 to log in to Acme", ["482913"]),
    ("We got a request for a verification code. Enter 482913 to continue", ["482913"]),
    ("Your code is 123456.\n\n@example.com #123456", ["123456"]),
    ("Dear customer.\n@www.example.co.uk #A1b-2c", ["A1b-2c"]),
    ("<#> Your ExampleApp code is: 123ABC78\nFA+9qCX9VSu", ["123ABC78"]),
    ("Ihr Bestätigungscode lautet 482913.", ["482913"]),
    ("Ihre mTAN: 482913 für die Überweisung von 1.500,00 EUR auf Konto 12345678", ["482913"]),
    ("Votre code de vérification est 48 29 13", ["482913"]),
    ("Votre mot de passe : 482913", ["482913"]),
    ("Tu código de verificación es 482913. No lo compartas.", ["482913"]),
    ("Su clave es 4829", ["4829"]),
    ("Tu contraseña temporal es A1B2C3", ["A1B2C3"]),
    ("Il tuo codice è 482913", ["482913"]),
    ("O seu código é 482913", ["482913"]),
    ("Je verificatiecode is 482913", ["482913"]),
    ("Twój kod to 482913", ["482913"]),
    ("Hasło: 482913 do zlecenia 12345", ["482913"]),
    ("Váš ověřovací kód je 482913", ["482913"]),
    ("Az Ön kódja: 482913", ["482913"]),
    ("Din kod är 482913", ["482913"]),
    ("Din engangskode er 482913", ["482913"]),
    ("Vahvistuskoodisi on 482913", ["482913"]),
    ("Doğrulama kodunuz: 482913", ["482913"]),
    ("Ваш код: 4829. Никому не говорите", ["4829"]),
    ("Код подтверждения 482913", ["482913"]),
    ("482913 — ваш код", ["482913"]),
    ("Ο κωδικός σας είναι 482913", ["482913"]),
    ("【抖音】验证码4829，用于手机登录，5分钟内有效。", ["4829"]),
    ("您尾号1234的卡支出1500元，验证码482913", ["482913"]),
    ("您的验证码是123456，请勿泄露", ["123456"]),
    ("認証コード：１２３４５６", ["123456"]),
    ("[Web발신] 인증번호 [482913]를 입력하세요", ["482913"]),
    ("رمز التحقق الخاص بك هو 123456", ["123456"]),
    ("رمز التحقق: ١٢٣٤٥٦", ["123456"]),
    ("קוד האימות שלך הוא 123456", ["123456"]),
    ("आपका ओटीपी 482913 है", ["482913"]),
    ("รหัส OTP ของคุณคือ 482913", ["482913"]),
    ("Mã OTP của bạn là 482913", ["482913"]),
    ("Mã xác thực là 482913", ["482913"]),
    ("Kode verifikasi Anda adalah 482913", ["482913"]),
    ("Codul tău este 482913", ["482913"]),
    ("*482913* is your code", ["482913"]),
    ('Code: "482913"', ["482913"]),
    ("Your code (482913) expires in 10 minutes", ["482913"]),
    ("Your 6-digit code is 482913", ["482913"]),
    ("Your code is 482913, valid until 12.03.2024 14:30", ["482913"]),
    ("Your code is 2024", ["2024"]),
    ("PIN 1 2 3 4 5 6", ["123456"]),
    ("Your code is 482 913", ["482913"]),
    ("Your code is 48\u200b2913", ["482913"]),
    ("Between 1400 and 1600 use door code 4821", ["4821"]),
    ("Code 1111. Backup code 2222", ["1111", "2222"]),
    ("Do not share this code with anyone: 482913", ["482913"]),
    ("Netflix: Your sign-in code is 4821. Reply STOP to 12345 to opt out", ["4821"]),
    ("Your code is 482913.It expires soon.", ["482913"]),
    ("Enter 4821 at https://example.com/123456?code=99999 to confirm", ["4821"]),
    ("Your Acme verification code 1234 5678.", ["12345678"]),
    ("Your TAN: 1234.", ["1234"]),
    ("PIN-4821", ["4821"]),
    ("Call (030) 123456, code 1111", ["1111"]),
    ("OTP: 482913 amount: INR 5000 to a/c XX1234", ["482913"]),
    ("Code postal 75001, code 4821", ["4821"]),
    ("Ihr Code 482913 am Automaten", ["482913"]),
    ("482913 did not arrive? Try again with this code: 771204", ["771204"]),
    ("482\u00a0913 is your code", ["482913"]),
    ("482\u2011913 is your code", ["482913"]),
    ("\u202a482913\u202c is your code", ["482913"]),
    ("验证码：123456，5分钟内有效", ["123456"]),
    ("验证码:123456,5分钟内有效", ["123456"]),
    ("認證碼 654321", ["654321"]),
    ("Code 123456,5 Minuten gültig", ["123456"]),
    ("Your code is 1-2-3-4-5-6", ["123456"]),
    ("Your code is **123456**", ["123456"]),
    ("*X7K9P2* is your code", ["X7K9P2"]),
    ("Password: 9H82AU", ["9H82AU"]),
    ("Votre code, valable jusqu'à 12h30, est 482913", ["482913"]),
    ("Your code, valid for 1440 minutes, is 123456", ["123456"]),
    ("Your code (valid 3600 sec): 123456", ["123456"]),
    ("OTP for payment of 2500 is 123456", ["123456"]),
    ("OTP for payment 482913, valid 10 min", ["482913"]),
    ("You got a code of 482913", ["482913"]),
    ("OTP to transfer 2500 to John is 123456", ["123456"]),
    ("Door code for 1234 Main Street is 4821", ["4821"]),
    ("Die mobileTAN für Ihre Überweisung auf das Konto DE12...3456 lautet: 654321", ["654321"]),
    ("Ihre TAN für 150,00 EUR auf IBAN DE..1234 lautet 654321", ["654321"]),
    ("Here is your code...482913", ["482913"]),
    ("Here is your code...7F3K9Q", ["7F3K9Q"]),
    ("Twój kod weryfikacyjny to 123456", ["123456"]),
    ("Sinu kood on 123456", ["123456"]),
    ("Staðfestingarkóði: 123456", ["123456"]),
    ("Codi de verificació: 123456", ["123456"]),
    ("আপনার ওটিপি 123456", ["123456"]),
    ("کوڈ 123456", ["123456"]),
    ("2FA: 654321", ["654321"]),
    ("123456 to verify your number with Acme", ["123456"]),
    ("AB-1234 is your Acme code", ["1234"]),
    ("a1b2c3 is your code", ["a1b2c3"]),
    ("john1234: your code is 4455", ["4455"]),
    ("Use a1b2c3 to log in", ["a1b2c3"]),
    ("Your Acme code for today is abc123", ["abc123"]),
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_a_code_is_found_as_people_write_it(text, found):
    assert codes(text) == found


NONE = [
    "",
    "482913",
    "code",
    "Your order 12345 has shipped.",
    "Total: 1500 EUR. Thanks!",
    "Your password was changed on 12/03/2024. Call 0800 123 456 if it was not you.",
    "Call 12345 to hear your code",
    "Your code will expire in 2024",
    "Your PIN expires at 1830",
    "Use code SAVE20 for 20% off",
    "Promo code: 482913",
    "Your zip code 90210",
    "Code postal 75001",
    "Mit dem Gutscheincode ABC123 sparen Sie 10%",
    "Error code 12345",
    "The price is $1500",
    "Your appointment is on 12-03-24 at 1430",
    "We open at 0900",
    "Your code was sent to john1234@example.com",
    "Your code was sent to +44 7700 900123",
    "Your code: https://example.com/482913",
    "Your card ending 1234 was charged Rs 1500",
    "Your password reset at 14:30 was refused. Ref 12345",
    "Flight BA1234 gate 12 boards at 1430",
    "Your code is on its way",
    "Order no. 12345: enter the code in the app",
    "Balance on **1234 is 15000. Never share your PIN",
    "订单12345已发货",
    "Never share your password. Order 12345 shipped",
    "Tel: 0800 1234",
    "Version 1.2345 code",
    "You have won 150 000 kr with code",
    "We sent your code again to 12345678.",
    "482913 est votre code promo",
    "Use 1500 points with code",
    "Pay EUR 1500 with your code",
    "Enter your code in 1500 m",
    "@example.com 123456",
    "me@example.com #123456",
    "@example.com # 123456",
    "Your code is 123.",
    "Your code is 123456789.",
    "Your code is ABCDEF",
    "Send your code to 12345678",
    "Your reference code is ABC123",
    "Use iPhone15 to win",
    "Verify your payment of 15000 at Acme",
    "Enter giveaway2024 now",
    "Votre code reste valable jusqu'à 12h30",
    "Your code expires in 1440 minutes",
]


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_code_is_left_alone(text):
    assert codes(text) == []


@pytest.mark.parametrize("digits", range(4, 9))
def test_a_code_has_four_to_eight_digits(digits):
    code = "7301948256"[:digits]
    assert codes(f"Your code is {code}") == [code]
    assert codes(f"{code} is your code.") == [code]
    assert codes(f"Your code is {' '.join(code)}") == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Your code is {}",
        "{} is your code",
        "{} ist Ihr Code",
        "[Acme] {} is your verification code, valid for 5 minutes.",
        "Acme: {} es tu código de verificación",
        "{}是您的验证码",
        "【Acme】{}（登录验证码）",
        "Use {} to log in",
        "Your verification code for Acme is {}",
        "Your code from Acme: {}",
        "Su código de seguridad es {}",
        "Twój kod weryfikacyjny to {}",
        "Код подтверждения {}",
        "Your Google verification code is G-{}",
    ],
)
@pytest.mark.parametrize("code", ["2024", "1999", "1830", "0000", "482913", "202411", "20241121"])
def test_a_code_is_found_whatever_its_digits_are(text, code):
    """Drawn at random, one in fifty of four digits looks like a year: nobody's test may fail on those days."""
    assert codes(text.format(code)) == [code]


def test_a_code_that_is_told_twice_is_one():
    assert codes("Your code is 1234. Again, your code: 1234. Backup code: 5678") == ["1234", "5678"]


@pytest.mark.parametrize("mark", list(".,;:!?)]\"'\n"))
def test_the_sentence_s_marks_are_no_part_of_a_code(mark):
    assert codes(f"Your code is 482913{mark}") == ["482913"]
    assert codes(f"Your code is A1B2C3{mark} Thanks") == ["A1B2C3"]


@given(st.text())
def test_any_text_is_read(text):
    assert all(codes(text))
    assert codes(f"{text}\n@example.com #123456")[-1:] == ["123456"]


@given(st.text(st.sampled_from("code PIN order 12 34-56.:#@xX*€G\n验证码１é\u0660")))
def test_codes_are_short_and_in_ascii_where_they_are_numbers(text):
    for code in codes(text):
        assert 3 <= len(code) <= 32
        assert code.isascii() or not code.isdecimal()


def test_only_the_beginning_of_a_long_text_is_read():
    said = " your code is 123456"
    assert codes("x" * (SCANNED - len(said)) + said) == ["123456"]
    assert codes("x" * SCANNED + said) == []


@pytest.mark.parametrize(
    "piece",
    [
        "a", "1", "1 ", "a1", "@", "@a.", "@a.b #", "code ", "code 1234 ", "use 1234 ", "G-", "ABC-", "A1B-", "xx",
        "** ", "$", "Rs. ", "EUR", "+", "(0123) ", "验", "验证码", "é", "1.", ". ", "1-", "1'", "a@", "#",
        ":", "\u0660", "ﷺ", "コ", "order 1 ", "\n@a #", ".", "..1", "*", "1,1 min ", "1,1", "A-", "A-1", "，",
        "is 2024 ",
    ],
)  # fmt: skip
def test_hostile_texts_are_read_in_linear_time(piece):
    assert linear(codes, (piece * SCANNED)[: SCANNED // 10], (piece * SCANNED)[:SCANNED])
