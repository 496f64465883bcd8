"""What people call a one-time code, and what they call other numbers, in many languages (our convention).

Written as people write them; matched without accents and case, as ``plain`` leaves a text.
"""

import re
from unicodedata import category, combining, normalize


def plain(text: str) -> str:
    """Without accents and invisible characters, digits and blanks in ASCII: ``"código １２"`` → ``"codigo 12"``."""
    if text.isascii():
        return text
    spaced = text.replace("，", ", ")  # which parts clauses, never thousands
    decomposed = normalize("NFKD", spaced)[: 3 * len(text)]  # Hangul triples; one ligature becomes 18 characters
    letters = (char for char in decomposed if not combining(char) and category(char) != "Cf")
    return "".join(str(int(char)) if char.isdecimal() else char for char in letters)


def _words(text: str) -> frozenset[str]:
    return frozenset(plain(text).casefold().split())


def _anywhere(phrases: str) -> str:
    return "|".join(re.escape(plain(phrase.strip())) for phrase in phrases.split(","))


CODE = _words(
    "pin pins mpin tpin otp otps totp 2fa mfa tan mtan pushtan smstan mobiletan tac token cod codul codului codi "
    "passe xác clave claves senha senhas hasło hasła heslo sandi geslo parool verify verification authentication "
    "verificación verificação verifizierung"
)
"""Words that label a code."""

CODE_STEM = re.compile(
    "code|kod|kood|koð|codig|codic|passw|passphrase|passord|kennwort|wachtwoord|losenord|contrasen|parola|jelsz|sifre"
    "|salasana|tunnusluku|lozink|zapork|slaptazod|κωδικ|код|парол|лозинк"
)
"""What compounds and inflections of such words hold: ``Bestätigungscode``, ``kodunuz``, ``паролем``."""

CODE_ANYWHERE = _anywhere(
    "验证码,驗證碼,认证码,認證碼,校验码,確認碼,动态码,動態碼,激活码,密码,密碼,コード,パスワード,暗証番号,認証番号,確認番号,"
    "인증,코드,확인번호,비밀번호,รหัส,رمز,كود,كلمة المرور,کد,קוד,סיסמה,סיסמא,"
    "कोड,ओटीपी,पिन,কোড,ওটিপি,కోడ్,ಕೋಡ್,കോഡ്,કોડ,ਕੋਡ,کوڈ,ኮድ,លេខកូដ,ລະຫັດ,কোড,კოდი,կոդ"
)
"""The same in scripts that run words together or inflect them within: found wherever they stand."""

OTHER = _words(
    "order orders invoice account acct card ending ends ref reference ticket tracking parcel customer member flight "
    "gate room table bus train amount total balance price iban bic call dial tel telephone phone mobile fax hotline "
    "stop help reply id case booking reservation bestellung bestellnummer auftrag rechnung konto kto karte "
    "kundennummer telefon betrag commande facture compte carte téléphone montant solde pedido factura cuenta tarjeta "
    "teléfono importe saldo ordine fattura conto carta totale importo telefono encomenda conta cartão fatura "
    "bestelling rekening kaart zamówienie zamówienia faktura karta kwota objednávka účet ordre beställning заказ "
    "заказа счёт карта карты сумма телефон"
)
"""Words that label some other number."""

OTHER_ANYWHERE = _anywhere("订单,訂單,尾号,尾號,金额,余额,账户,电话,電話,注文,金額,口座,주문,계좌,금액,전화")

SORTS = tuple(
    _words(
        "zip post postal postale area country dial dialling error bar qr dress product booking reservation reference "
        "referral tracking sort swift tax fiscal fiscale source item order pocztowy"
    )
)
"""Beside ``code``, or at the head of its compound: another sort of code."""

BARGAINS = tuple(
    _words(
        "promo promos promotion promotional promocional promozionale discount coupon voucher gift sale deal gutschein "
        "rabatt rabat rabatowy descuento desconto sconto remise réduction korting скидка промо"
    )
)
"""Words of a sentence whose codes are for shopping."""

NUMBERING = _words("no nr num number nummer n numero número in with of on at to us # ending ends")
"""What may stand between a label of another number and that number."""

BEING = _words(
    "is are was be : = son es est ist lautet e é sono são jest je er är on olan là adalah yra ir este ialah është ay е "
    "είναι"
)
"""What names a number, wherever the label is."""

NAMING = BEING | _words("s # it its of here подтверждения доступа проверки anda")
"""What may stand between a label and what it names directly."""

SAYING_TO = tuple(_words("kod hasło hasła"))
"""How labels begin after which *to* is *is*."""

TYPING = _words(
    "use enter type input submit utilisez saisissez entrez usa introduce introduzca ingresa ingrese inserisci insira "
    "digite verwenden gebruik wpisz użyj zadejte введите"
)
"""What asks for a code right after it."""

WHEN = _words("at until till by before after around since from in um bis ab à às alle kl")
"""Before four digits: they are a time or a year."""

MONEY = (
    "[$€£¥₹₽₺₴₩]|EUR|USD|GBP|CHF|PLN|CZK|SEK|NOK|DKK|HUF|RON|INR|BRL|MXN|CAD|AUD|NZD|JPY|CNY|RUB|TRY|AED|ZAR|NGN|KES"
    "|(?i:eur|usd|rs|inr|kr|zl)"
)
UNIT = plain(
    rf" ?(?:%(?: off)?|{MONEY}|元|円|원|年|년|(?i:off|euros?|dollars?|pounds?|zł|руб|points?|pts|miles|km|kg|mb|gb|kwh"
    "|min(?:s|ut[a-z]+)?|sec(?:s|onds?)?|sek(?:unden)?|uhr|hrs|hours?|days?))|(?i:h|am|pm|k)"
)
