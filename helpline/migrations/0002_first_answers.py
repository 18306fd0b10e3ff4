"""The first categories and answers; operators change them in the admin."""

from django.db import migrations

CATEGORIES = [
    ("calls", "Calls", "Camera, microphone, connection", 2),
    ("messages", "Messages", "Something was not sent, or not read", 3),
    ("notifications", "Notifications", "No sound, no push, too many of them", 3),
    ("account", "Account and signing in", "Password, second step, e-mail", 3),
    ("privacy", "Privacy", "Who sees what", 3),
    ("payments", "Fees and receipts", "A fee, a receipt", 3),
    ("other", "Something else", "", 3),
]

ARTICLES = [
    (
        "calls",
        "how-calls-ring",
        "How do I call my doctor, and how does a call ring?",
        "ring ringing phone video audio answer accept missed",
        """Open the conversation with your doctor under [Messages](/messages/) and choose the telephone for a call by sound, or the camera for a video call.

- It says Calling until a device of the other side rings, and Ringing from then on.
- It rings for 30 seconds on every page that the other side has open. Whoever accepts first has the call; it stops on all other devices.
- If nobody answers, both of you find a missed call, with a button to call back.

Somebody calls you? A window opens on whatever page of Telemed you are, with Accept, Audio only and Decline. If you hear nothing, your browser holds the sound back until you have touched the page once.""",
    ),
    (
        "calls",
        "cannot-hear-me",
        "The other side cannot hear or see me",
        "microphone camera muted mute silent black device headset",
        """1. Look at the buttons below the picture: if the microphone or the camera is crossed out, you have turned it off. Press it once.
2. Close other programs, apps and tabs that use the microphone or the camera.
3. If several are connected, choose another one in the browser’s settings for this site, or in the settings of your device.
4. If a headset is connected, unplug it and try without.
5. Leave the call and call again. What was written in the conversation stays.""",
    ),
    (
        "calls",
        "blocked-permission",
        "My browser does not let Telemed use camera or microphone",
        "permission blocked allow denied camera microphone browser chrome safari firefox",
        """The call page says whether your browser, your system or another program holds them back, and what to do. Most often this helps:

- Chrome and Edge: press the sign left of the address, set Camera and Microphone to Allow, then press Try again.
- Firefox: press the crossed-out camera or microphone left of the address, and take the block away.
- Safari on an iPhone or iPad: in Settings, look for Safari, then Camera and Microphone: Ask or Allow.
- Windows and macOS: in the privacy settings of the system the browser itself needs leave to use camera and microphone.

You can take part without a camera, by sound alone, and even without either: then you see and hear the other side.""",
    ),
    (
        "calls",
        "call-breaks-off",
        "The picture freezes, or the call breaks off",
        "connection network slow freeze poor lost reconnecting wifi",
        """- When the connection is lost the page says Reconnecting and tries by itself. You need not hang up.
- Turn your own video off: sound alone needs much less.
- Go closer to your Wi-Fi, or use the mobile network instead.
- If it cannot be mended, go on in the conversation: everything you write is kept.""",
    ),
    (
        "calls",
        "hide-network-address",
        "Can the other side see where I am? Hiding your network address",
        "relay ip address location network privacy hide",
        """In a call two devices usually talk to each other directly, and could learn each other’s network address, which tells roughly where you are.

In [your account](/me/) you can choose Hide my network address in calls. Then sound and picture go through our relay server. A call may take a moment longer to connect. It holds from the next call on, and it is enough if one of you chooses it.

If this site has no relay server, calls are not possible while it is on; the page says so.""",
    ),
    (
        "messages",
        "write-to-a-doctor",
        "How do I write to a doctor?",
        "message chat conversation new doctor first",
        """1. Open [Doctors](/doctors/) and choose one who accepts new patients.
2. Press Chat and write your first message.
3. The conversation then stands under [Messages](/messages/), with the answer.

On the page of each doctor you see within how many hours they usually reply. Do not wait for an answer in an emergency.""",
    ),
    (
        "messages",
        "message-not-sent",
        "Has my message arrived, and has it been read?",
        "sent delivered read receipt failed retry ticks offline",
        """Below each of your messages stands how far it has come: sent, delivered to a device of the other side, read.

Without a connection a message waits on the page and is sent when you are back. If it cannot be sent it says why, with Retry. Keep the page open until then.

What you have begun to write is kept for you, also when you go on another device.""",
    ),
    (
        "messages",
        "mute-a-conversation",
        "How do I mute a conversation?",
        "mute muting silence quiet bell unmute",
        """Open the conversation and press the bell in its head. You can mute it for an hour, for eight hours, for a week, or until you turn it off.

Then there is no sound, no pop-up, no push, e-mail or SMS about its messages. They still arrive and are counted, and a call still rings.

All that you have muted stands in [your preferences](/notifications/preferences/).""",
    ),
    (
        "notifications",
        "choose-notifications",
        "How do I choose what I am told about, and how?",
        "notification preferences email sms push sound quiet hours settings",
        """In [the preferences of notifications](/notifications/preferences/) you choose for each kind of news whether you want it on the page, as a push, by e-mail or by SMS.

- Quiet hours keep your devices silent at night; you can let through what is urgent.
- Each kind of news has its sound. You can try it there.
- Push, e-mail and SMS never say what a message is about, only that there is one.""",
    ),
    (
        "notifications",
        "notifications-on-iphone",
        "Notifications on an iPhone or iPad",
        "iphone ipad ios apple push home screen install",
        """Apple lets a website send notifications only from the Home Screen:

1. Open Telemed in Safari and press the sign for sharing, the square with the arrow.
2. Choose Add to Home Screen.
3. Open Telemed from the Home Screen and sign in.
4. Open [the preferences of notifications](/notifications/preferences/) and turn on push. Your iPhone asks once whether you allow it.

This needs iOS 16.4 or newer.""",
    ),
    (
        "notifications",
        "no-notifications",
        "I get no notifications on this device",
        "push blocked denied silent no sound browser",
        """- Open [the preferences of notifications](/notifications/preferences/): for each device it says whether push is on, and how to take a block of the browser away.
- See whether it is your quiet hours, or whether you have muted the conversation.
- The system of your device may hold notifications back, by Do not disturb or Focus.
- Sound needs one touch of the page after it was loaded. Browsers demand that.""",
    ),
    (
        "account",
        "forgotten-password",
        "I have forgotten my password, or want another one",
        "password forgot reset change sign in login locked",
        """Forgotten: choose Forgotten it? on the page [Sign in](/accounts/login/). We send a code to your e-mail address; with it you set a new password. You can also sign in without one: choose E-mail me a code.

Another one: open [your account](/me/), then Change password. It needs at least ten characters.

Did the code not come? Look into the folder for spam, and whether the address is right. A code holds for a short time only.""",
    ),
    (
        "account",
        "second-factor",
        "Signing in with a second step",
        "two factor 2fa authenticator code recovery app security totp",
        """With a second step at sign-in a stolen password is not enough to open your account.

1. Open [your account](/me/), then Second step at sign-in.
2. Scan the square with an authenticator app, and type in the six digits that it shows.
3. Keep the recovery codes in a safe place: each lets you in once if you lose your phone.

People who work here must have one before they see anything of a patient.""",
    ),
    (
        "account",
        "change-email",
        "How do I change my e-mail address?",
        "email mail address change verify confirm",
        """Open [E-mail](/accounts/email/) in your account and enter the new address. We send a code to it; once you have typed it in, the new address takes the place of the old one.

We tell the old address as well, so that you notice if it was not you. From then on you sign in with the new one.""",
    ),
    (
        "privacy",
        "who-reads-messages",
        "Who can read my messages?",
        "privacy confidential read record access encryption staff",
        """The people who are in the conversation: you and your doctor. Nobody else finds it; also our administrators have no page that shows what patients write.

What you write to the helpline is read by the people of the helpline. Leave out what concerns your health, unless it is needed.

Who has opened something of yours, and when, you find under [Who opened my record](/me/access/).""",
    ),
    (
        "privacy",
        "emergency",
        "What should I do in an emergency?",
        "emergency urgent ambulance help danger chest breath bleeding",
        """Call the emergency number of your country first. It stands in the red line at the top of your messages and of the pages of Help, and a tap dials it.

Then let us stay with you: open [Emergency help](/help/emergency/) and press the button. It rings everyone on duty here until somebody answers, first our helpers, then doctors, then everyone. You can tell us before or after where you are and on which number we reach you, and go on in writing if you cannot speak.

Do not wait for an answer to a message, and do not look for a doctor here. A message may be read late.

Fill in your address and an emergency contact in [your account](/me/), so that they are there if they are needed.""",
    ),
    (
        "other",
        "tickets",
        "What happens to what I write to the helpline?",
        "ticket helpline number answer reopen rating",
        """What you write becomes a ticket with a number. You find it under [Your tickets](/help/tickets/), with what happens next and by when you hear from us.

- Answers stand in the conversation of the ticket. If you are not here we tell you by e-mail that there is one.
- You say when it is solved, and can open it again at any time by writing into it.
- Each time it was resolved you can say how we did.""",
    ),
]


def add(apps, schema_editor):
    """Only where nobody has written one under the same address."""
    Category = apps.get_model("helpline", "Category")
    Article = apps.get_model("helpline", "Article")
    for order, (slug, name, hint, priority) in enumerate(CATEGORIES):
        fields = {"name": name, "hint": hint, "priority": priority, "order": order}
        Category.objects.get_or_create(slug=slug, defaults=fields)
    of = {category.slug: category for category in Category.objects.all()}
    for order, (category, slug, title, keywords, body) in enumerate(ARTICLES):
        fields = {"category": of[category], "title": title, "keywords": keywords, "body": body}
        fields |= {"order": order, "is_published": True}
        Article.objects.get_or_create(slug=slug, defaults=fields)


class Migration(migrations.Migration):
    dependencies = [("helpline", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
